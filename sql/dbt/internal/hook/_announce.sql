{#
  Say what a check found, in dbt's output: as a line, a warning or an error.

  entry                      what _run_check returns
  on_drift, on_not_computed  what an alert is, and a check that could not be computed: warn, error or ignore
#}
{% macro _announce(entry, on_drift, on_not_computed) %}
    {%- set report, prefix = entry['report'], 'driftql: ' ~ entry['monitor'] ~ ': ' -%}
    {%- set left_out = driftql._not_looked_at(entry['resolved']['layout']) -%}
    {%- if left_out -%}
        {%- set words = [] -%}
        {%- for part in left_out[:10] -%}
            {%- do words.append(part['column'] ~ ' (' ~ part['reason'].split(':')[0] ~ ')') -%}
        {%- endfor -%}
        {%- set more = ', and ' ~ (left_out | length - 10) ~ ' more' if left_out | length > 10 else '' -%}
        {%- do log(prefix ~ 'not looked at: ' ~ words | join(', ') ~ more, info=true) -%}
    {%- endif -%}
    {%- for warning in report['warnings'] if warning != driftql._no_users() -%}
        {%- do log(prefix ~ 'warning: ' ~ warning, info=true) -%}
    {%- endfor -%}
    {#- What dbt never judges is in the report; it is not said at every run. #}
    {%- for note in report['notes'] | reject('in', driftql._not_judged()) -%}
        {%- do log(prefix ~ 'not looked at: ' ~ note, info=true) -%}
    {%- endfor -%}
    {%- for reason, checks in driftql._group_gaps(report['not_computed']).items() -%}
        {%- do log(prefix ~ 'not computed: ' ~ checks ~ ': ' ~ reason, info=true) -%}
    {%- endfor -%}
    {%- set outcomes = [on_drift] if report['alerts'] else [] -%}
    {%- do outcomes.append(on_not_computed) if report['not_computed'] -%}
    {%- if 'error' in outcomes -%}
        {{ exceptions.raise_compiler_error(prefix ~ report['summary']) }}
    {%- elif 'warn' in outcomes -%}
        {%- do exceptions.warn(prefix ~ report['summary']) -%}
    {%- else -%}
        {%- do log(prefix ~ report['summary'], info=true) -%}
    {%- endif -%}
{% endmacro %}


{#
  Return what was not computed by reason, in words: "feature_psi and feature_ks of a, b and 3 more; class_shift". Reasons that
  differ by their numbers alone are one, with the numbers of the first.
#}
{% macro _group_gaps(gaps) %}
    {%- set groups = {} -%}
    {%- for gap in gaps -%}
        {%- set pattern = modules.re.sub('[0-9][0-9.,]*', '#', gap['reason']) -%}
        {%- set group = groups.setdefault(pattern, {'reasons': [], 'first': gap['feature'], 'checks': {}}) -%}
        {%- do group['reasons'].append(gap['reason']) if gap['reason'] not in group['reasons'] -%}
        {%- set features = group['checks'].setdefault(gap['check'], []) -%}
        {%- do features.append(gap['feature']) if gap['feature'] is not none -%}
    {%- endfor -%}
    {%- set lines = {} -%}
    {%- for group in groups.values() -%}
        {%- set words = {} -%}
        {%- for check, features in group['checks'].items() -%}
            {%- set more = ' and ' ~ (features | length - 6) ~ ' more' if features | length > 6 else '' -%}
            {%- set shown = ' of ' ~ features[:6] | join(', ') ~ more if features else '' -%}
            {%- do words.setdefault(shown, []).append(check) -%}
        {%- endfor -%}
        {%- set parts = [] -%}
        {%- for shown, checks in words.items() -%}
            {%- do parts.append((checks | join(' and ') if shown else checks | join('; ')) ~ shown) -%}
        {%- endfor -%}
        {%- set others = ' (' ~ group['first'] ~ '; the others alike)' if group['reasons'] | length > 1 else '' -%}
        {%- do lines.update({group['reasons'][0] ~ others: parts | join('; ')}) -%}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}

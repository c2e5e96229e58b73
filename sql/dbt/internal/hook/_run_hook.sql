{#
  Check the model whose hook this is: record the run, send rows to people after an alert, and say what was found.

  name    the public macro's, for errors
  given   options and their values
#}
{% macro _run_hook(name, given) %}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars() + [
        ["meta: driftql of " ~ this.identifier, (model['config']['meta'] or {}).get('driftql') or {}],
        [name ~ " of " ~ this.identifier, given]
    ]) -%}
    {%- set monitor = settings['monitor'] or model['name'] -%}
    {%- if not driftql._is_enabled(settings) -%}
        {%- do log('driftql: ' ~ monitor ~ ': not checked: it is switched off (enabled, driftql_enabled)', info=true) -%}
        {{ return('') }}
    {%- endif -%}
    {%- set moment = modules.datetime.datetime.now(modules.pytz.utc).replace(tzinfo=none) -%}
    {%- set statements = [] -%}
    {%- set hash = local_md5(invocation_id ~ this ~ moment) -%}
    {%- set run_id = [hash[:8], hash[8:12], hash[12:16], hash[16:20], hash[20:]] | join('-') -%}
    {%- set resolved = driftql._resolve_check(settings, this, statements) -%}
    {%- set report = driftql._make_report(settings, resolved, monitor, run_id, moment, statements) -%}

    {%- set layout = resolved['layout'] -%}
    {%- set can_queue = layout['user'] is not none and layout['bucket_start'] is not none -%}
    {%- set queues = settings['queue']['enabled'] and can_queue and report['alerts'] -%}
    {%- set records = settings['history']['enabled'] -%}
    {%- set own_transaction = driftql._runs_after_commit() -%}
    {%- if records or queues -%}
        {%- do driftql._open_transaction() if own_transaction -%}
        {%- do driftql._create_tables(settings, queues) -%}
        {%- do driftql._record_report(settings, report, resolved, moment) if records -%}
        {%- do driftql._enqueue_drift(settings, resolved, moment) if queues -%}
        {%- do adapter.commit() if own_transaction -%}
    {%- endif -%}

    {%- do driftql._announce(monitor, report, driftql._not_looked_at(layout), settings['on_drift']) -%}
    {{ return('') }}
{% endmacro %}


{#
  Say what a report found, in dbt's output: as a line, a warning or an error.

  left_out  columns that the check does not look at, as dictionaries of `column` and `reason`
#}
{% macro _announce(monitor, report, left_out, on_drift) %}
    {%- set prefix = 'driftql: ' ~ monitor ~ ': ' -%}
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
    {%- for note in report['notes'] -%}
        {%- do log(prefix ~ 'not looked at: ' ~ note, info=true) -%}
    {%- endfor -%}
    {%- for reason, checks in driftql._group_gaps(report['not_computed']).items() -%}
        {%- do log(prefix ~ 'not computed: ' ~ checks ~ ': ' ~ reason, info=true) -%}
    {%- endfor -%}
    {%- if report['alerts'] and on_drift == 'error' -%}
        {{ exceptions.raise_compiler_error(prefix ~ report['summary']) }}
    {%- elif report['alerts'] and on_drift == 'warn' -%}
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

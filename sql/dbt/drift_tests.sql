{#
  Generic tests: each runs one kind of check on a model's own rows and returns what has drifted, one row a finding, with the
  number, its threshold and its p-value. A check that could not be computed is a row too, with the reason.

  Windows, columns and thresholds are given as in drift_check; `vars: driftql:` holds defaults for all of them.
#}
{% test psi_below(model, column_name=none, threshold=none, features=none, time_column=none, reference=none, current=none, thresholds=none) %}
    {{ driftql.drift_test(model, 'feature_psi', 'psi', threshold, column_name, {
        'features': features, 'time_column': time_column, 'reference': reference, 'current': current, 'thresholds': thresholds
    }) }}
{% endtest %}


{% test no_ks_drift(model, column_name=none, threshold=none, features=none, time_column=none, reference=none, current=none, thresholds=none) %}
    {{ driftql.drift_test(model, 'feature_ks', 'ks', threshold, column_name, {
        'features': features, 'time_column': time_column, 'reference': reference, 'current': current, 'thresholds': thresholds
    }) }}
{% endtest %}


{% test reject_rate_stable(model, column_name=none, threshold=none, reject_label=none, time_column=none, reference=none, current=none, thresholds=none) %}
    {{ driftql.drift_test(model, 'reject_rate_increase', 'reject_rate_increase', threshold, none, {
        'label': column_name, 'reject_label': reject_label, 'time_column': time_column, 'reference': reference, 'current': current, 'thresholds': thresholds
    }) }}
{% endtest %}


{% test class_mix_stable(model, column_name=none, threshold=none, time_column=none, reference=none, current=none, thresholds=none) %}
    {{ driftql.drift_test(model, 'class_shift', 'class_shift', threshold, none, {
        'label': column_name, 'time_column': time_column, 'reference': reference, 'current': current, 'thresholds': thresholds
    }) }}
{% endtest %}


{% test entropy_stable(model, column_name=none, threshold=none, probabilities=none, time_column=none, reference=none, current=none, thresholds=none) %}
    {{ driftql.drift_test(model, 'entropy_spike', 'entropy_ratio', threshold, none, {
        'probabilities': probabilities if probabilities is not none else column_name, 'time_column': time_column, 'reference': reference,
        'current': current, 'thresholds': thresholds
    }) }}
{% endtest %}


{#
  The query of a generic test. Its columns: check_name, feature (or the class that moved most), effect (PSI, KS statistic,
  increase, ratio, shift), threshold, p_value, evidence_cutoff, severity, reason.

  check      the check's name in results_query
  rule       the threshold's name
  model      a relation, or, with `where`, a query with its alias
#}
{% macro drift_test(model, check, rule, threshold, column_name, given) %}
    {%- if not execute -%}
        {{ return('select 1 as not_run') }}
    {%- endif -%}
    {%- set name = 'driftql.' ~ {
        'feature_psi': 'psi_below', 'feature_ks': 'no_ks_drift', 'reject_rate_increase': 'reject_rate_stable',
        'class_shift': 'class_mix_stable', 'entropy_spike': 'entropy_stable'
    }[check] -%}
    {%- set own = {} -%}
    {%- do own.update({'thresholds': {rule: threshold}}) if threshold is not none -%}
    {%- do own.update({'features': [column_name]}) if column_name is not none and check in ('feature_psi', 'feature_ks') -%}
    {#- What the post-hook alone uses is no matter here. -#}
    {%- set settings = driftql.check_settings([["vars: driftql", var('driftql', {})], [name, given], [name, own]]) -%}
    {%- set statements = [] -%}
    {%- set source = model if model is string else model.schema ~ '.' ~ model.identifier -%}
    {%- set resolved = driftql.resolve_check(settings, model, 'the model' if model is string else source, statements) -%}
    {%- set layout = resolved['layout'] -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set finished = resolved['finished'] -%}
    {%- if check in ('reject_rate_increase', 'class_shift') and layout['label'] is none -%}
        {{ driftql.check_error(name ~ ": there is no label column: put the test under the column, or name it predicted_label") }}
    {%- elif check == 'entropy_spike' and not layout['probabilities'] -%}
        {{ driftql.check_error(name ~ ": no class probabilities were found: name them with probabilities, such as 'p_*'") }}
    {%- elif check in ('feature_psi', 'feature_ks') and not layout['features'] -%}
        {{ driftql.check_error(name ~ ": the model has no numeric column to check") }}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- if check in ('feature_psi', 'feature_ks') -%}
        {%- for chunk in layout['features'] | batch(25) -%}
            {%- set features = [] -%}
            {%- for feature in chunk -%}
                {%- do features.append([driftql.text_value(feature['name']), feature['value'], feature['is_float']]) -%}
            {%- endfor -%}
            {%- do parts.append(driftql.results_query(ref, cur, features, resolved['fractions'], 'null', [], 0, finished)) -%}
        {%- endfor -%}
    {%- else -%}
        {%- set labels = driftql.labels_query(ref, cur,
            resolved['label'] if check != 'entropy_spike' else 'null',
            resolved['probabilities'] if check == 'entropy_spike' else [], resolved['is_list'] if check == 'entropy_spike' else 0, finished) -%}
        {%- do parts.append('select check_name, class_name as feature, effect, p_value, reason\nfrom (\n' ~ labels ~ '\n) as labels') -%}
    {%- endif -%}
    {%- set rows -%}
(
    select *
    from (
{%- for part in parts %}
        select *
        from (
{{ part | indent(12, true) }}
        ) as part_{{ loop.index }}
{{ '        union all' if not loop.last }}
{%- endfor %}
    ) as all_rows
    where check_name = '{{ check }}'
)
    {%- endset -%}
select
    check_name,
    feature,
    effect,
    threshold,
    p_value,
    evidence_cutoff,
    coalesce(severity, 'not computed') as severity,
    reason
from (
{{ driftql.verdict_query(rows, finished) | indent(4, true) }}
) as verdicts
where is_flagged is null or is_flagged
{% endmacro %}

{#
  The whole check as a query in parentheses: effect, evidence and verdict.

      select * from {{ driftql.drift_check(ref('january'), ref('february'), features=['age', 'fare_*']) }} as drift

  One row per check; the README lists the columns. With one relation, both windows are rows of it:

      select * from {{ driftql.drift_check(ref('predictions'), reference={'last': '28d'}, current={'last': '7d'}) }} as drift

  Without a relation it is a post-hook, as record_drift is, which it was called before; and as an operation of dbt it checks and
  records any relation, as record_drift does.
#}
{% macro drift_check(
    reference_relation=none, current_relation=none, features=none, categories=none, exclude=none, label=none, reject_label=none,
    probabilities=none, time_column=none, reference=none, current=none, thresholds=none, relation=none
) %}
    {%- set given = dict(kwargs, features=features, categories=categories, exclude=exclude, label=label, reject_label=reject_label,
        probabilities=probabilities, time_column=time_column, reference=reference, current=current, thresholds=thresholds) -%}
    {%- if reference_relation is none and current_relation is none and not driftql._is_relation(current) -%}
        {{ return(driftql._run_hook('drift_check', dict(given, relation=relation))) }}
    {%- endif -%}
    {%- set resolved = driftql._resolve_query('drift_check', reference_relation, current_relation, given) -%}
    {%- if resolved is none -%}
        {{ return(driftql._empty_query('drift_check')) }}
    {%- endif -%}
    {{ return(driftql._union_queries([driftql._write_check(resolved)])) }}
{% endmacro %}

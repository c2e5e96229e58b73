{#
  PSI and Kolmogorov-Smirnov of each feature, as a query in parentheses:

      select * from {{ driftql.drift_features(ref('january'), ref('february'), features=['age', 'fare_*']) }} as drift

  One row per feature; the README lists the columns. With one relation, both windows are rows of it:

      select * from {{ driftql.drift_features(ref('predictions'), reference={'last': '28d'}, current={'last': '7d'}) }} as drift
#}
{% macro drift_features(
    reference_relation=none, current_relation=none, features=none, exclude=none, time_column=none, label=none,
    probabilities=none, reference=none, current=none, thresholds=none
) %}
    {%- set given = dict(kwargs, categories=[], features=features, exclude=exclude, time_column=time_column, label=label,
        probabilities=probabilities, reference=reference, current=current, thresholds=thresholds) -%}
    {%- set resolved = driftql._resolve_query('drift_features', reference_relation, current_relation, given) -%}
    {%- if resolved is none -%}
        {{ return(driftql._empty_query('drift_features')) }}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for features in resolved['features'] -%}
        {%- do queries.append(driftql.features_query(
            resolved['reference']['sql'], resolved['current']['sql'], features, resolved['fractions'], resolved['rules']
        )) -%}
    {%- endfor -%}
    {%- for name, reason in resolved['layout']['unusable'] -%}
        {%- do queries.append(driftql._constant_row(
            driftql._query_columns('drift_features'), {'feature': name, 'psi_reason': reason, 'ks_reason': reason}
        )) -%}
    {%- endfor -%}
    {%- if not queries -%}
        {{ driftql._refuse_nothing('drift_features', resolved, 'numeric column to compare') }}
    {%- endif -%}
    {{ return(driftql._union_queries(queries)) }}
{% endmacro %}

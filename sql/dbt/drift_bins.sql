{#
  The bins behind the PSI of each feature, as a query in parentheses:

      select * from {{ driftql.drift_bins(ref('january'), ref('february'), features=['age']) }} as bins

  One row per feature and bin; the README lists the columns. A feature that cannot be compared has no rows.
#}
{% macro drift_bins(
    reference_relation=none, current_relation=none, features=none, exclude=none, time_column=none, label=none,
    probabilities=none, reference=none, current=none, thresholds=none
) %}
    {%- set given = dict(kwargs, categories=[], features=features, exclude=exclude, time_column=time_column, label=label,
        probabilities=probabilities, reference=reference, current=current, thresholds=thresholds) -%}
    {%- set resolved = driftql._resolve_query('drift_bins', reference_relation, current_relation, given) -%}
    {%- if resolved is none -%}
        {{ return(driftql._empty_query('drift_bins')) }}
    {%- elif not resolved['features'] -%}
        {{ driftql._refuse_nothing('drift_bins', resolved, 'numeric column to compare') }}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for features in resolved['features'] -%}
        {%- do queries.append(driftql.bins_query(
            resolved['reference']['sql'], resolved['current']['sql'], features, resolved['fractions'], resolved['rules']
        )) -%}
    {%- endfor -%}
    {{ return(driftql._union_queries(queries)) }}
{% endmacro %}

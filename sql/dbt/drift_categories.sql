{#
  The category mix of each feature that has categories, and its new categories, as a query in parentheses:

      select * from {{ driftql.drift_categories(ref('january'), ref('february'), categories=['plan', 'store_id']) }} as drift

  One row per named category, with the numbers of its feature; the README lists the columns. A feature without any has one row.
#}
{% macro drift_categories(
    reference_relation=none, current_relation=none, features=none, categories=none, exclude=none, time_column=none, label=none,
    probabilities=none, reference=none, current=none, thresholds=none
) %}
    {%- set given = dict(kwargs, features=features, categories=categories, exclude=exclude, time_column=time_column, label=label,
        probabilities=probabilities, reference=reference, current=current, thresholds=thresholds) -%}
    {%- set resolved = driftql._resolve_query('drift_categories', reference_relation, current_relation, given) -%}
    {%- if resolved is none -%}
        {{ return(driftql._empty_query('drift_categories')) }}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for features in resolved['categories'] -%}
        {%- do queries.append(driftql.categories_query(
            resolved['reference']['sql'], resolved['current']['sql'], features, resolved['rules']
        )) -%}
    {%- endfor -%}
    {%- for name, reason in resolved['layout']['lost_categories'] -%}
        {%- do queries.append(driftql._constant_row(
            driftql._query_columns('drift_categories'), {'feature': name, 'psi_reason': reason, 'new_reason': reason}
        )) -%}
    {%- endfor -%}
    {%- if not queries -%}
        {{ driftql._refuse_nothing('drift_categories', resolved, 'column of categories to compare') }}
    {%- endif -%}
    {{ return(driftql._union_queries(queries)) }}
{% endmacro %}

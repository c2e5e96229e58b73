{# Write a query with the columns of a public macro and no rows, in parentheses: for a relation that is not built yet. #}
{% macro _empty_query(name) %}
    {%- set row = driftql._constant_row(driftql._query_columns(name), {}) -%}
    {{ return('(\n    select *\n    from (' ~ row ~ ') as not_built\n    where 1 = 0\n)') }}
{% endmacro %}

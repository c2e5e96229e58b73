{#
  The number of rows for which a condition is true. Plain CASE, since FILTER is not everywhere.
#}
{% macro count_if(condition) %}
    {{ return(adapter.dispatch('count_if', 'driftql')(condition)) }}
{% endmacro %}

{% macro default__count_if(condition) -%}
count(case when {{ condition }} then 1 end)
{%- endmacro %}

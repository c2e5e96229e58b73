{#
  Whether a row has no value of a column, as a condition that is never NULL.

  kind  missing (NULL) or non_finite (NaN or an infinity)
#}
{% macro row_lacks(value, kind) %}
    {{ return(adapter.dispatch('row_lacks', 'driftql')(value, kind)) }}
{% endmacro %}

{% macro default__row_lacks(value, kind) -%}
{%- if kind == 'missing' -%}
{{ value }} is null
{%- else -%}
{{ value }} is not null and case when {{ driftql.is_finite(value, 1) }} then 0 else 1 end = 1
{%- endif -%}
{%- endmacro %}

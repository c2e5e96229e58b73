{#
  Whether a row has no value, as a condition that is never NULL.

  value    the column; for the kind incomplete a list of the columns of the class probabilities
  kind     missing (NULL), non_finite (NaN or an infinity), or incomplete (a class probability that is missing or not finite)
  is_list  1 where the class probabilities are one list column
#}
{% macro row_lacks(value, kind, is_list) %}
    {{ return(adapter.dispatch('row_lacks', 'driftql')(value, kind, is_list)) }}
{% endmacro %}

{% macro default__row_lacks(value, kind, is_list) -%}
{%- if kind == 'missing' -%}
{{ value }} is null
{%- elif kind == 'non_finite' -%}
{{ value }} is not null and case when {{ driftql.is_finite(value, 1) }} then 0 else 1 end = 1
{%- else -%}
case when {{ driftql.row_is_complete(driftql.class_probabilities(value, is_list), is_list) }} then 0 else 1 end = 1
{%- endif -%}
{%- endmacro %}

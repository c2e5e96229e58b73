{#
  What a row contributes to a measure that is summed over clusters of rows; NULL where the row does not count.

  kind  below      a number, held against edges
        equal      a text, held against categories that have a share each
        category   the same, and all other categories together have a share too
        among      a text, held against categories that have one share together
        entropy    the entropy of the class probabilities, which is summed itself
        missing    whether the column is NULL
        non_finite whether it is NaN or infinite
        incomplete whether a class probability is missing or not finite
  value the column; of the kinds entropy and incomplete the list of the columns of the class probabilities
#}
{% macro measure_value(kind, value, is_float, is_list, floor) %}
    {{ return(adapter.dispatch('measure_value', 'driftql')(kind, value, is_float, is_list, floor)) }}
{% endmacro %}

{% macro default__measure_value(kind, value, is_float, is_list, floor) -%}
{%- if kind == 'below' -%}
case when {{ driftql.is_finite(value, is_float) }} then {{ driftql.as_double(value) }} end
{%- elif kind in ['equal', 'category', 'among'] -%}
{{ value }}
{%- elif kind == 'entropy' -%}
{{ driftql.row_entropy(driftql.class_probabilities(value, is_list), is_list, floor) }}
{%- elif kind == 'incomplete' -%}
case when {{ driftql.row_is_complete(driftql.class_probabilities(value, is_list), is_list) }} then 0 else 1 end
{%- else -%}
case when {{ driftql.row_lacks(value, kind) }} then 1 else 0 end
{%- endif -%}
{%- endmacro %}

{#
  The names that prediction_values gives the class probabilities, as a list: p_1, p_2, ..., or probabilities for a list column.
#}
{% macro prediction_names(probabilities, is_list) %}
    {{ return(adapter.dispatch('prediction_names', 'driftql')(probabilities, is_list)) }}
{% endmacro %}

{% macro default__prediction_names(probabilities, is_list) %}
{%- set names = [] -%}
{%- for p in driftql.class_probabilities(probabilities, is_list) -%}
{%- do names.append('probabilities' if is_list else 'p_' ~ loop.index) -%}
{%- endfor %}
    {{ return(names) }}
{% endmacro %}

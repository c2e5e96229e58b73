{#
  The probability of each class as an expression of doubles, as a list: of three columns three. One number column holds the
  probability of the positive class alone, so that of the other class is the rest. For is_list = 1 a list with the one list column.
#}
{% macro class_probabilities(probabilities, is_list) %}
    {{ return(adapter.dispatch('class_probabilities', 'driftql')(probabilities, is_list)) }}
{% endmacro %}

{% macro default__class_probabilities(probabilities, is_list) %}
{%- set classes = [] -%}
{%- for p in probabilities -%}
{%- do classes.append(p if is_list else driftql.as_double(p)) -%}
{%- endfor -%}
{%- if probabilities | length == 1 and not is_list -%}
{%- set classes = ['(1 - ' ~ classes[0] ~ ')'] + classes -%}
{%- endif %}
    {{ return(classes) }}
{% endmacro %}

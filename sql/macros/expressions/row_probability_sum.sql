{#
  The sum of the row's class probabilities; 1 for a well-formed row. `probabilities` as in row_entropy.
#}
{% macro row_probability_sum(probabilities, is_list) %}
    {{ return(adapter.dispatch('row_probability_sum', 'driftql')(probabilities, is_list)) }}
{% endmacro %}

{% macro default__row_probability_sum(probabilities, is_list) -%}
{%- if is_list -%}
{{ driftql.array_sum_of(probabilities[0], 'p', driftql.as_double('p')) }}
{%- else -%}
(
        {%- for p in probabilities -%}
            {{ ' + ' if not loop.first }}{{ p }}
        {%- endfor -%}
        )
{%- endif -%}
{%- endmacro %}

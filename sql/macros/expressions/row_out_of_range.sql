{#
  True where a class probability of the row is below 0 or above 1. NaN, which many engines sort above every number, is
  neither. `probabilities` as in row_entropy.
#}
{% macro row_out_of_range(probabilities, is_list) %}
    {{ return(adapter.dispatch('row_out_of_range', 'driftql')(probabilities, is_list)) }}
{% endmacro %}

{% macro default__row_out_of_range(probabilities, is_list) -%}
{%- if is_list -%}
({{ driftql.array_sum_of(probabilities[0], 'p', 'case when p < 0 or (p > 1 and not ' ~ driftql.is_nan(driftql.as_double('p'), 1) ~ ') then 1 else 0 end') }} > 0)
{%- else -%}
(
        {%- for p in probabilities %}
            {{ 'or ' if not loop.first }}{{ p }} < 0 or ({{ p }} > 1 and not {{ driftql.is_nan(p, 1) }})
        {%- endfor %}
        )
{%- endif -%}
{%- endmacro %}

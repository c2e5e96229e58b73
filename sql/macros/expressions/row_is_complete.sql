{#
  True where every class probability of the row is there and finite: then, and only then, so is their sum.
#}
{% macro row_is_complete(probabilities, is_list) %}
    {{ return(adapter.dispatch('row_is_complete', 'driftql')(probabilities, is_list)) }}
{% endmacro %}

{% macro default__row_is_complete(probabilities, is_list) -%}
{%- if is_list -%}
({{ driftql.array_size(probabilities[0]) }} > 0
            and {{ driftql.array_sum_of(probabilities[0], 'p', 'case when ' ~ driftql.is_finite(driftql.as_double('p'), 1) ~ ' then 1 else 0 end') }}
            = {{ driftql.array_size(probabilities[0]) }})
{%- else -%}
{{ driftql.is_finite(driftql.row_probability_sum(probabilities, is_list), 1) }}
{%- endif -%}
{%- endmacro %}

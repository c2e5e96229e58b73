{#
  Shannon entropy of one row's class probabilities in nats, each probability raised to at least `floor`:
  - sum(p * ln(p)). NULL where a probability is missing or not finite.

  `probabilities` is a list of columns of doubles, one per class, or, with is_list = 1, a list with the one column that holds
  them all.
#}
{% macro row_entropy(probabilities, is_list, floor) %}
    {{ return(adapter.dispatch('row_entropy', 'driftql')(probabilities, is_list, floor)) }}
{% endmacro %}

{% macro default__row_entropy(probabilities, is_list, floor) -%}
{%- if is_list -%}
case when {{ driftql.row_is_complete(probabilities, is_list) }} then
            - {{ driftql.array_sum_of(probabilities[0], 'p', driftql.probability_term(driftql.as_double('p'), floor)) }}
        end
{%- else -%}
case when {{ driftql.row_is_complete(probabilities, is_list) }} then - (
        {%- for p in probabilities %}
            {{ '+ ' if not loop.first }}{{ driftql.probability_term(p, floor) }}
        {%- endfor %}
        ) end
{%- endif -%}
{%- endmacro %}

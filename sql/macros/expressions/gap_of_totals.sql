{#
  The distance of the two distribution functions, from the columns of running_totals; NULL where a window has no value.
#}
{% macro gap_of_totals() %}
    {{ return(adapter.dispatch('gap_of_totals', 'driftql')()) }}
{% endmacro %}

{% macro default__gap_of_totals() -%}
abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0))
{%- endmacro %}

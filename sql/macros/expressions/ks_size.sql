{#
  The size of the one sample that two samples are worth in a KS test: n * m / (n + m); rounded where one holds more than 10,000
  rows, because SciPy then takes the one-sample distribution for that size.

  n, m  their numbers of rows, as doubles
#}
{% macro ks_size(n, m) %}
    {{ return(adapter.dispatch('ks_size', 'driftql')(n, m)) }}
{% endmacro %}

{% macro default__ks_size(n, m) -%}
case when {{ n }} > 10000 or {{ m }} > 10000 then floor({{ n }} / nullif({{ n }} + {{ m }}, 0) * {{ m }} + 5e-1)
            else {{ n }} / nullif({{ n }} + {{ m }}, 0) * {{ m }} end
{%- endmacro %}

{#
  The size of the one sample that two samples are worth in a KS test: n * m / (n + m); rounded where one holds more than 10,000
  rows, since SciPy then takes the one-sample distribution of that many.

  few, many  the smaller and the larger number of rows, as doubles
#}
{% macro ks_size(few, many) %}
    {{ return(adapter.dispatch('ks_size', 'driftql')(few, many)) }}
{% endmacro %}

{% macro default__ks_size(few, many) -%}
case
            when {{ many }} > 10000 then floor({{ few }} / ({{ few }} + {{ many }}) * {{ many }} + 5e-1)
            else {{ few }} / ({{ few }} + {{ many }}) * {{ many }}
        end
{%- endmacro %}

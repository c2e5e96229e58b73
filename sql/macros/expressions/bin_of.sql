{#
  The number of the bin that a value falls in, from 1: values below the first edge are in bin 1, a value equal to an
  edge is in the bin above it, and the last bin is open.

  bin_of('x', [10, 20])  ->  9: 1,  10: 2,  19.5: 2,  20: 3
#}
{% macro bin_of(value, edges) %}
    {{ return(adapter.dispatch('bin_of', 'driftql')(value, edges)) }}
{% endmacro %}

{% macro default__bin_of(value, edges) -%}
cast(case
{%- for edge in edges %}
            when {{ driftql.as_double(value) }} < {{ edge }} then {{ loop.index }}
{%- endfor %}
            else {{ edges | length + 1 }}
        end as {{ driftql.type_bin() }})
{%- endmacro %}

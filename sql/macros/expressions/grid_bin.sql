{#
  The number of a histogram bin: a sum of terms, each of which rises with the value (warped: see there) between two points
  and is level outside. The number never falls as the value rises, not even by rounding (every step is monotone), and that
  is all that exactness rests on.

  terms  list of [from, to, bins per unit, level below `from` (1 or 0), level above `to` (1 or 0)]

  grid_bin('x', [], [[0, 10, 1, 0, 0], [2, 4, 9, 1, 1]])  ->  0: 0,  1: 1,  2: 2,  3: 12,  4: 22,  10: 28
#}
{% macro grid_bin(value, warp, terms) %}
    {{ return(adapter.dispatch('grid_bin', 'driftql')(value, warp, terms)) }}
{% endmacro %}

{% macro default__grid_bin(value, warp, terms) -%}
{%- set x = driftql.warped(value, warp) -%}
{%- set position -%}
        {%- for start, stop, scale, level_below, level_above in terms %}
            {{- ' + ' if not loop.first }}(
            {{- 'greatest(' if level_below }}{{ 'least(' if level_above }}{{ x }}
            {{- ', ' ~ stop ~ ')' if level_above }}{{ ', ' ~ start ~ ')' if level_below }} - {{ start }}) * {{ scale }}
        {%- endfor %}
{%- endset -%}
{{ driftql.as_bin(position) }}
{%- endmacro %}

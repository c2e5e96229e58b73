{#
  A value on a scale that draws long tails in, so that bins of equal width hold similar numbers of rows. Every step rises
  or falls with the value, rounding included, so order is kept.

  warp  []: as it is.  [1, c, k]: 1 - 1 / (1 + (x - c) * k), for values from c up.  [-1, c, k]: 1 / (1 + (c - x) * k), for
        values up to c.  [2, c, k]: both, around a middle c.
#}
{% macro warped(value, warp) %}
    {{ return(adapter.dispatch('warped', 'driftql')(value, warp)) }}
{% endmacro %}

{% macro default__warped(value, warp) -%}
{%- set x = driftql.as_double(value) -%}
{%- if not warp -%}
{{ x }}
{%- elif warp[0] == 1 -%}
(1 - 1 / (1 + ({{ x }} - {{ warp[1] }}) * {{ warp[2] }}))
{%- elif warp[0] == -1 -%}
(1 / (1 + ({{ warp[1] }} - {{ x }}) * {{ warp[2] }}))
{%- else -%}
((1 / (1 + abs(({{ x }} - {{ warp[1] }}) * {{ warp[2] }})) - 1) * sign({{ warp[1] }} - {{ x }}))
{%- endif -%}
{%- endmacro %}

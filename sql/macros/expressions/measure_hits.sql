{#
  What is counted of the values of a measure (see measure_value), as a list of conditions, one per share; of the kind entropy the
  empty list, because there the values are summed.

  value   the name of the column that measure_value has made
  limits  of the kind below the edges in ascending order, of the kinds equal, category and among the categories; else empty
#}
{% macro measure_hits(kind, value, limits) %}
    {{ return(adapter.dispatch('measure_hits', 'driftql')(kind, value, limits)) }}
{% endmacro %}

{% macro default__measure_hits(kind, value, limits) %}
{%- set found = [] -%}
{%- if kind == 'below' -%}
{%- for edge in limits -%}
{%- do found.append(value ~ ' < ' ~ edge) -%}
{%- endfor -%}
{%- elif kind in ['equal', 'category'] -%}
{%- for category in limits -%}
{%- do found.append(value ~ ' = ' ~ category) -%}
{%- endfor -%}
{%- if kind == 'category' and limits -%}
{%- do found.append(value ~ ' not in (' ~ limits | join(', ') ~ ')') -%}
{%- endif -%}
{%- elif kind == 'among' -%}
{%- do found.append(value ~ ' in (' ~ limits | join(', ') ~ ')') -%}
{%- elif kind != 'entropy' -%}
{%- do found.append(value ~ ' = 1') -%}
{%- endif %}
    {{ return(found) }}
{% endmacro %}

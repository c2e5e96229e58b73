{#
  A value as a 64-bit float.
#}
{% macro as_double(value) %}
    {{ return(adapter.dispatch('as_double', 'driftql')(value)) }}
{% endmacro %}

{% macro default__as_double(value) -%}
cast({{ value }} as {{ driftql.type_double() }})
{%- endmacro %}

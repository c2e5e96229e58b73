{#
  A value as text.
#}
{% macro as_text(value) %}
    {{ return(adapter.dispatch('as_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__as_text(value) -%}
cast({{ value }} as {{ driftql.type_text() }})
{%- endmacro %}

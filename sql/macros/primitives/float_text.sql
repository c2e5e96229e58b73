{#
  A floating-point number as text, with as few digits as tell it apart.
#}
{% macro float_text(value) %}
    {{ return(adapter.dispatch('float_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__float_text(value) -%}
{{ driftql.as_text(value) }}
{%- endmacro %}

{# Its cast writes 5.0E-1 for a half. https://trino.io/docs/current/functions/conversion.html#format #}
{% macro trino__float_text(value) -%}
format('%s', {{ value }})
{%- endmacro %}

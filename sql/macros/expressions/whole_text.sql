{#
  A whole number, held as a double, as text without a decimal point.
#}
{% macro whole_text(value) %}
    {{ return(adapter.dispatch('whole_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__whole_text(value) -%}
{{ driftql.as_text('cast(' ~ value ~ ' as ' ~ driftql.type_integer() ~ ')') }}
{%- endmacro %}

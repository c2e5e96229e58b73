{# Write a number as a literal of type double: with an exponent, because engines read 0.1 as a decimal. #}
{% macro _number_literal(value) %}
    {%- set text = value | float | string -%}
    {{ return(text if 'e' in text else text ~ 'e0') }}
{% endmacro %}

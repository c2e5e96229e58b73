{# Write any value as a literal: none, a boolean, a number, a text or a moment. #}
{% macro _literal(value) %}
    {%- if value is none -%}
        {{ return('null') }}
    {%- elif value is boolean -%}
        {{ return('true' if value else 'false') }}
    {%- elif value is integer -%}
        {{ return(value | string) }}
    {%- elif value is number -%}
        {{ return(driftql._number_literal(value)) }}
    {%- elif value is string -%}
        {{ return(driftql._text_literal(value)) }}
    {%- else -%}
        {{ return(driftql._moment_literal(value)) }}
    {%- endif -%}
{% endmacro %}

{#
  The first characters of a text, at most `length`.
#}
{% macro text_start(value, length) %}
    {{ return(adapter.dispatch('text_start', 'driftql')(value, length)) }}
{% endmacro %}

{% macro default__text_start(value, length) -%}
substring({{ value }}, 1, {{ length }})
{%- endmacro %}

{# Its substring counts bytes. https://clickhouse.com/docs/sql-reference/functions/string-functions#substringutf8 #}
{% macro clickhouse__text_start(value, length) -%}
substringUTF8({{ value }}, 1, {{ length }})
{%- endmacro %}

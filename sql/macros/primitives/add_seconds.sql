{#
  A timestamp some seconds later.
#}
{% macro add_seconds(moment, seconds) %}
    {{ return(adapter.dispatch('add_seconds', 'driftql')(moment, seconds)) }}
{% endmacro %}

{% macro default__add_seconds(moment, seconds) -%}
({{ moment }} + interval '{{ seconds }}' second)
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/datetime_functions#datetime_add #}
{% macro bigquery__add_seconds(moment, seconds) -%}
datetime_add({{ moment }}, interval {{ seconds }} second)
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/dateadd #}
{% macro snowflake__add_seconds(moment, seconds) -%}
dateadd(second, {{ seconds }}, {{ moment }})
{%- endmacro %}

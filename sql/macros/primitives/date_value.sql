{#
  A literal date. `day` is a quoted text such as '2026-01-31'.
#}
{% macro date_value(day) %}
    {{ return(adapter.dispatch('date_value', 'driftql')(day)) }}
{% endmacro %}

{% macro default__date_value(day) -%}
date {{ day }}
{%- endmacro %}

{# A Date begins in 1970, a Date32 in 1900. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#todate32 #}
{% macro clickhouse__date_value(day) -%}
toDate32({{ day }})
{%- endmacro %}

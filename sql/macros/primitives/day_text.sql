{#
  The day of a timestamp without a zone, as text such as 2026-01-31.
#}
{% macro day_text(moment) %}
    {{ return(adapter.dispatch('day_text', 'driftql')(moment)) }}
{% endmacro %}

{% macro default__day_text(moment) -%}
{{ driftql.as_text('cast(' ~ moment ~ ' as date)') }}
{%- endmacro %}

{# A Date begins in 1970 there, and a Date32 in 1900. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#todate32 #}
{% macro clickhouse__day_text(moment) -%}
toString(toDate32({{ moment }}))
{%- endmacro %}

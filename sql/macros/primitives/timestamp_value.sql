{#
  A literal moment in UTC without a zone. `moment` is a quoted text such as '2026-01-31 12:00:00.000000'.
#}
{% macro timestamp_value(moment) %}
    {{ return(adapter.dispatch('timestamp_value', 'driftql')(moment)) }}
{% endmacro %}

{% macro default__timestamp_value(moment) -%}
timestamp {{ moment }}
{%- endmacro %}

{# TIMESTAMP has a zone there; DATETIME has none. https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#datetime_literals #}
{% macro bigquery__timestamp_value(moment) -%}
datetime {{ moment }}
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#todatetime64 #}
{% macro clickhouse__timestamp_value(moment) -%}
toDateTime64({{ moment }}, 6, 'UTC')
{%- endmacro %}

{# What TIMESTAMP means is a setting of the session. https://docs.snowflake.com/en/sql-reference/data-types-datetime #}
{% macro snowflake__timestamp_value(moment) -%}
cast({{ moment }} as timestamp_ntz)
{%- endmacro %}

{# TIMESTAMP has the session's zone there. https://spark.apache.org/docs/latest/sql-ref-datatypes.html #}
{% macro spark__timestamp_value(moment) -%}
timestamp_ntz {{ moment }}
{%- endmacro %}

{#
  A literal instant, for a column with a time zone. `moment` is a quoted text such as '2026-01-31 12:00:00.000000+00:00'.
#}
{% macro instant_value(moment) %}
    {{ return(adapter.dispatch('instant_value', 'driftql')(moment)) }}
{% endmacro %}

{% macro default__instant_value(moment) -%}
timestamp with time zone {{ moment }}
{%- endmacro %}

{# TIMESTAMP is the type of an instant there. https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#timestamp_literals #}
{% macro bigquery__instant_value(moment) -%}
timestamp {{ moment }}
{%- endmacro %}

{# It has no such literal. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#parsedatetime64besteffort #}
{% macro clickhouse__instant_value(moment) -%}
{{ driftql.instant_of_text(moment) }}
{%- endmacro %}

{# Which type TIMESTAMP is depends on the session. https://docs.snowflake.com/en/sql-reference/data-types-datetime #}
{% macro snowflake__instant_value(moment) -%}
cast({{ moment }} as timestamp_tz)
{%- endmacro %}

{# TIMESTAMP with an offset is an instant there. https://spark.apache.org/docs/latest/sql-ref-literals.html#datetime-literal #}
{% macro spark__instant_value(moment) -%}
timestamp {{ moment }}
{%- endmacro %}

{# The offset makes it a TIMESTAMP WITH TIME ZONE. https://trino.io/docs/current/language/types.html#timestamp-with-time-zone #}
{% macro trino__instant_value(moment) -%}
timestamp {{ moment }}
{%- endmacro %}

{#
  ISO text as an instant; text that names no offset is read in the session's zone, which is UTC.
#}
{% macro instant_of_text(value) %}
    {{ return(adapter.dispatch('instant_of_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__instant_of_text(value) -%}
cast({{ value }} as timestamp with time zone)
{%- endmacro %}

{# TIMESTAMP is the type of an instant there, and the only name of it. https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast_as_timestamp #}
{% macro bigquery__instant_of_text(value) -%}
cast({{ value }} as timestamp)
{%- endmacro %}

{# A cast knows one form of ISO text only. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#parsedatetime64besteffort #}
{% macro clickhouse__instant_of_text(value) -%}
parseDateTime64BestEffort({{ value }}, 6, 'UTC')
{%- endmacro %}

{# Its TIMESTAMP is an instant, and knows no other name. https://spark.apache.org/docs/latest/sql-ref-datatypes.html #}
{% macro spark__instant_of_text(value) -%}
cast({{ value }} as timestamp)
{%- endmacro %}

{# Without a precision it keeps milliseconds only. https://trino.io/docs/current/language/types.html#timestamp-with-time-zone #}
{% macro trino__instant_of_text(value) -%}
cast({{ value }} as timestamp(6) with time zone)
{%- endmacro %}

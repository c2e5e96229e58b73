{#
  A column that holds instants, as the local time of a zone, without a zone. `zone` is a quoted name such as 'Europe/Amsterdam'.
#}
{% macro local_of_instant(value, zone) %}
    {{ return(adapter.dispatch('local_of_instant', 'driftql')(value, zone)) }}
{% endmacro %}

{% macro default__local_of_instant(value, zone) -%}
({{ value }} at time zone {{ zone }})
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/datetime_functions#datetime #}
{% macro bigquery__local_of_instant(value, zone) -%}
datetime({{ value }}, {{ zone }})
{%- endmacro %}

{# Its days are those of its zone. https://clickhouse.com/docs/sql-reference/functions/date-time-functions#totimezone #}
{% macro clickhouse__local_of_instant(value, zone) -%}
toDateTime64({{ value }}, 6, {{ zone }})
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/convert_timezone #}
{% macro snowflake__local_of_instant(value, zone) -%}
cast(convert_timezone({{ zone }}, {{ value }}) as timestamp_ntz)
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#convert_timezone #}
{% macro spark__local_of_instant(value, zone) -%}
convert_timezone(current_timezone(), {{ zone }}, cast({{ value }} as timestamp_ntz))
{%- endmacro %}

{# AT TIME ZONE keeps the zone there; the cast drops it. https://trino.io/docs/current/functions/datetime.html #}
{% macro trino__local_of_instant(value, zone) -%}
cast({{ value }} at time zone {{ zone }} as timestamp(6))
{%- endmacro %}

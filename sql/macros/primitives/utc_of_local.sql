{#
  A timestamp without a zone, which is a local time of a zone, as a timestamp in UTC without a zone. `zone` is a quoted
  name such as 'Europe/Amsterdam'.
#}
{% macro utc_of_local(value, zone) %}
    {{ return(adapter.dispatch('utc_of_local', 'driftql')(value, zone)) }}
{% endmacro %}

{% macro default__utc_of_local(value, zone) -%}
((cast({{ value }} as timestamp) at time zone {{ zone }}) at time zone 'UTC')
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions#timestamp #}
{% macro bigquery__utc_of_local(value, zone) -%}
datetime(timestamp({{ value }}, {{ zone }}), 'UTC')
{%- endmacro %}

{# A DateTime without a zone is shown in the server's zone; its digits are read again, in another.
   https://clickhouse.com/docs/sql-reference/functions/date-time-functions#totimezone #}
{% macro clickhouse__utc_of_local(value, zone) -%}
toTimeZone(toDateTime64(toString({{ value }}), 6, {{ zone }}), 'UTC')
{%- endmacro %}

{# With three arguments it reads and returns TIMESTAMP_NTZ. https://docs.snowflake.com/en/sql-reference/functions/convert_timezone #}
{% macro snowflake__utc_of_local(value, zone) -%}
convert_timezone({{ zone }}, 'UTC', cast({{ value }} as timestamp_ntz))
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#convert_timezone #}
{% macro spark__utc_of_local(value, zone) -%}
convert_timezone({{ zone }}, 'UTC', cast({{ value }} as timestamp_ntz))
{%- endmacro %}

{# https://trino.io/docs/current/functions/datetime.html #}
{% macro trino__utc_of_local(value, zone) -%}
cast(with_timezone(cast({{ value }} as timestamp(6)), {{ zone }}) at time zone 'UTC' as timestamp(6))
{%- endmacro %}

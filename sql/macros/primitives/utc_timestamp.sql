{#
  A column as a timestamp in UTC without a zone. `has_zone` = 1 for a column that holds instants; dates and ISO text (0) are taken as UTC.
#}
{% macro utc_timestamp(value, has_zone) %}
    {{ return(adapter.dispatch('utc_timestamp', 'driftql')(value, has_zone)) }}
{% endmacro %}

{% macro default__utc_timestamp(value, has_zone) -%}
{%- if has_zone -%}
    ({{ value }} at time zone 'UTC')
{%- else -%}
    cast({{ value }} as timestamp)
{%- endif -%}
{%- endmacro %}

{# DATETIME is the type without a zone. https://cloud.google.com/bigquery/docs/reference/standard-sql/datetime_functions#datetime #}
{% macro bigquery__utc_timestamp(value, has_zone) -%}
{%- if has_zone -%}
    datetime({{ value }}, 'UTC')
{%- else -%}
    cast({{ value }} as datetime)
{%- endif -%}
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#todatetime64 #}
{% macro clickhouse__utc_timestamp(value, has_zone) -%}
toDateTime64({{ value }}, 6, 'UTC')
{%- endmacro %}

{# AT TIME ZONE is not in its SQL. https://docs.snowflake.com/en/sql-reference/functions/convert_timezone #}
{% macro snowflake__utc_timestamp(value, has_zone) -%}
{%- if has_zone -%}
    cast(convert_timezone('UTC', {{ value }}) as timestamp_ntz)
{%- else -%}
    cast({{ value }} as timestamp_ntz)
{%- endif -%}
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#to_utc_timestamp #}
{% macro spark__utc_timestamp(value, has_zone) -%}
{%- if has_zone -%}
    cast(to_utc_timestamp({{ value }}, current_timezone()) as timestamp_ntz)
{%- else -%}
    cast({{ value }} as timestamp_ntz)
{%- endif -%}
{%- endmacro %}

{# AT TIME ZONE keeps the zone there; the cast drops it. https://trino.io/docs/current/functions/datetime.html #}
{% macro trino__utc_timestamp(value, has_zone) -%}
{%- if has_zone -%}
    cast({{ value }} at time zone 'UTC' as timestamp(6))
{%- else -%}
    cast({{ value }} as timestamp(6))
{%- endif -%}
{%- endmacro %}

{#
  A timestamp in UTC without a zone as days since 1970-01-01, a 64-bit float with a fraction for the time of the day. Its
  resolution, 4e-12 days in 2026, is finer than a microsecond.

  Redshift may give whole seconds. https://docs.aws.amazon.com/redshift/latest/dg/r_DATE_PART_function.html
#}
{% macro epoch_days(moment) %}
    {{ return(adapter.dispatch('epoch_days', 'driftql')(moment)) }}
{% endmacro %}

{% macro default__epoch_days(moment) -%}
({{ driftql.as_double("date_part('epoch', " ~ moment ~ ')') }} / 86400)
{%- endmacro %}

{# It has no epoch. https://cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions#unix_micros #}
{% macro bigquery__epoch_days(moment) -%}
(unix_micros(timestamp({{ moment }}, 'UTC')) / 86400000000)
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#tounixtimestamp64micro #}
{% macro clickhouse__epoch_days(moment) -%}
(toUnixTimestamp64Micro({{ driftql.utc_timestamp(moment, 1) }}) / 86400000000)
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/date_part #}
{% macro snowflake__epoch_days(moment) -%}
({{ driftql.as_double('date_part(epoch_microsecond, ' ~ moment ~ ')') }} / 86400000000)
{%- endmacro %}

{# driftql's sessions are in UTC. https://spark.apache.org/docs/latest/api/sql/index.html#unix_micros #}
{% macro spark__epoch_days(moment) -%}
(unix_micros(cast({{ moment }} as timestamp)) / 86400000000D)
{%- endmacro %}

{# https://trino.io/docs/current/functions/datetime.html#to_unixtime #}
{% macro trino__epoch_days(moment) -%}
(to_unixtime(with_timezone({{ moment }}, 'UTC')) / 86400)
{%- endmacro %}

{#
  The type of a moment in UTC without a zone, in microseconds.
#}
{% macro type_moment() %}
    {{ return(adapter.dispatch('type_moment', 'driftql')()) }}
{% endmacro %}

{% macro default__type_moment() -%}
timestamp
{%- endmacro %}

{# TIMESTAMP has a zone there; DATETIME has none. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#datetime_type #}
{% macro bigquery__type_moment() -%}
datetime
{%- endmacro %}

{# A bare DateTime keeps seconds only. https://clickhouse.com/docs/sql-reference/data-types/datetime64 #}
{% macro clickhouse__type_moment() -%}
DateTime64(6, 'UTC')
{%- endmacro %}

{# What TIMESTAMP means is a setting of the session. https://docs.snowflake.com/en/sql-reference/data-types-datetime #}
{% macro snowflake__type_moment() -%}
timestamp_ntz
{%- endmacro %}

{# What TIMESTAMP shows depends on the session's zone. https://spark.apache.org/docs/latest/sql-ref-datatypes.html #}
{% macro spark__type_moment() -%}
timestamp_ntz
{%- endmacro %}

{# TIMESTAMP alone keeps milliseconds only. https://trino.io/docs/current/language/types.html#timestamp #}
{% macro trino__type_moment() -%}
timestamp(6)
{%- endmacro %}

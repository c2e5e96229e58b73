{#
  The name of the 64-bit IEEE floating-point type.
#}
{% macro type_double() %}
    {{ return(adapter.dispatch('type_double', 'driftql')()) }}
{% endmacro %}

{% macro default__type_double() -%}
double precision
{%- endmacro %}

{# BigQuery knows it as float64 only. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types #}
{% macro bigquery__type_double() -%}
float64
{%- endmacro %}

{# ClickHouse: without Nullable a NULL cannot be cast. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions #}
{% macro clickhouse__type_double() -%}
Nullable(Float64)
{%- endmacro %}

{# Spark's grammar has no 'double precision'. https://spark.apache.org/docs/latest/sql-ref-datatypes.html #}
{% macro spark__type_double() -%}
double
{%- endmacro %}

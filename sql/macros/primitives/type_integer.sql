{#
  The name of the 64-bit integer type.
#}
{% macro type_integer() %}
    {{ return(adapter.dispatch('type_integer', 'driftql')()) }}
{% endmacro %}

{% macro default__type_integer() -%}
bigint
{%- endmacro %}

{# Its name there; bigint is an alias. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types #}
{% macro bigquery__type_integer() -%}
int64
{%- endmacro %}

{# ClickHouse: without Nullable a NULL cannot be cast. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions #}
{% macro clickhouse__type_integer() -%}
Nullable(Int64)
{%- endmacro %}

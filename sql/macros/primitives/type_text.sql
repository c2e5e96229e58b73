{#
  The type of text of any length.
#}
{% macro type_text() %}
    {{ return(adapter.dispatch('type_text', 'driftql')()) }}
{% endmacro %}

{% macro default__type_text() -%}
varchar
{%- endmacro %}

{# BigQuery knows text as string only. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types #}
{% macro bigquery__type_text() -%}
string
{%- endmacro %}

{# ClickHouse: without Nullable a NULL cannot be cast. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions #}
{% macro clickhouse__type_text() -%}
Nullable(String)
{%- endmacro %}

{# Its varchar without a length holds 256 bytes. https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html #}
{% macro redshift__type_text() -%}
varchar(65535)
{%- endmacro %}

{# Spark's varchar wants a length. https://spark.apache.org/docs/latest/sql-ref-datatypes.html #}
{% macro spark__type_text() -%}
string
{%- endmacro %}

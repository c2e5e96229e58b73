{#
  The type of a column of short text: at most `length` characters.
#}
{% macro type_name(length) %}
    {{ return(adapter.dispatch('type_name', 'driftql')(length)) }}
{% endmacro %}

{% macro default__type_name(length) -%}
varchar({{ length }})
{%- endmacro %}

{# BigQuery knows text as string only. https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#parameterized_string_type #}
{% macro bigquery__type_name(length) -%}
string({{ length }})
{%- endmacro %}

{# Its text has no length. https://clickhouse.com/docs/sql-reference/data-types/string #}
{% macro clickhouse__type_name(length) -%}
String
{%- endmacro %}

{# Its reference knows text as string only. https://docs.databricks.com/aws/en/sql/language-manual/data-types/string-type #}
{% macro databricks__type_name(length) -%}
string
{%- endmacro %}

{# Its lengths are in bytes, of which a character takes up to four. https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html #}
{% macro redshift__type_name(length) -%}
varchar({{ 4 * length }})
{%- endmacro %}

{# Iceberg, its most used connector, has no text of bounded length. https://trino.io/docs/current/connector/iceberg.html#type-mapping #}
{% macro trino__type_name(length) -%}
varchar
{%- endmacro %}

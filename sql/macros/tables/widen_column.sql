{#
  Make a `column` of bounded text of a `table` hold text of any length.
#}
{% macro widen_column(table, column) %}
    {{ return(adapter.dispatch('widen_column', 'driftql')(table, column)) }}
{% endmacro %}

{# PostgreSQL's words. https://www.postgresql.org/docs/current/sql-altertable.html #}
{% macro default__widen_column(table, column) -%}
alter table {{ table }} alter column {{ column }} type {{ driftql.type_text() }}
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#alter_column_set_data_type_statement #}
{% macro bigquery__widen_column(table, column) -%}
alter table {{ table }} alter column {{ column }} set data type {{ driftql.type_text() }}
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/sql/alter-table-column #}
{% macro snowflake__widen_column(table, column) -%}
alter table {{ table }} alter column {{ column }} set data type {{ driftql.type_text() }}
{%- endmacro %}

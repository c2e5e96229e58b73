{#
  Add columns of a type to a history table, `target`, that an earlier version of driftql has made, as a list of statements.
  `columns` are the names of those that the table lacks, `type` is the type of all of them; they may be NULL.
#}
{% macro add_columns(target, columns, type) %}
    {{ return(adapter.dispatch('add_columns', 'driftql')(target, columns, type)) }}
{% endmacro %}

{% macro default__add_columns(target, columns, type) %}
    {%- set statements = [] -%}
    {%- for column in columns -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column if not exists ' ~ column ~ ' ' ~ type) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# A column is never NULL there unless its type says so. https://clickhouse.com/docs/sql-reference/statements/alter/column #}
{% macro clickhouse__add_columns(target, columns, type) %}
    {%- set nullable = type if type.startswith('Nullable') else 'Nullable(' ~ type ~ ')' -%}
    {%- set statements = [] -%}
    {%- for column in columns -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column if not exists ' ~ column ~ ' ' ~ nullable) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# It has no IF NOT EXISTS there. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html #}
{% macro redshift__add_columns(target, columns, type) %}
    {%- set statements = [] -%}
    {%- for column in columns -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column ' ~ column ~ ' ' ~ type) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# https://spark.apache.org/docs/latest/sql-ref-syntax-ddl-alter-table.html#add-columns #}
{% macro spark__add_columns(target, columns, type) %}
    {%- set types = [] -%}
    {%- for column in columns -%}
        {%- do types.append(column ~ ' ' ~ type) -%}
    {%- endfor -%}
    {{ return(['alter table ' ~ target ~ ' add columns (' ~ types | join(', ') ~ ')']) }}
{% endmacro %}

{#
  Add columns to a table of driftql's, `target`, that an earlier version has made without them, as a list of statements.
  `columns` is a list of [name, what it holds], which is 'moment' or 'text'.
#}
{% macro add_columns(target, columns) %}
    {{ return(adapter.dispatch('add_columns', 'driftql')(target, columns)) }}
{% endmacro %}

{% macro default__add_columns(target, columns) %}
    {%- set statements = [] -%}
    {%- for name, kind in columns -%}
        {%- set type = driftql.type_moment() if kind == 'moment' else driftql.type_text() -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column if not exists ' ~ name ~ ' ' ~ type) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# A column is never NULL there unless its type says so. https://clickhouse.com/docs/sql-reference/statements/alter/column #}
{% macro clickhouse__add_columns(target, columns) %}
    {%- set statements = [] -%}
    {%- for name, kind in columns -%}
        {%- set type = 'Nullable(' ~ driftql.type_moment() ~ ')' if kind == 'moment' else driftql.type_text() -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column if not exists ' ~ name ~ ' ' ~ type) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# It has no IF NOT EXISTS there. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html #}
{% macro redshift__add_columns(target, columns) %}
    {%- set statements = [] -%}
    {%- for name, kind in columns -%}
        {%- set type = driftql.type_moment() if kind == 'moment' else driftql.type_text() -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column ' ~ name ~ ' ' ~ type) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# https://spark.apache.org/docs/latest/sql-ref-syntax-ddl-alter-table.html#add-columns #}
{% macro spark__add_columns(target, columns) %}
    {%- set types = [] -%}
    {%- for name, kind in columns -%}
        {%- do types.append(name ~ ' ' ~ (driftql.type_moment() if kind == 'moment' else driftql.type_text())) -%}
    {%- endfor -%}
    {{ return(['alter table ' ~ target ~ ' add columns (' ~ types | join(', ') ~ ')']) }}
{% endmacro %}

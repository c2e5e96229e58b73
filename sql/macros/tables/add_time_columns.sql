{#
  Add the columns of the windows' times to a history table, `target`, that an earlier version of driftql has made, as a list
  of statements. `columns` are those that the table lacks.
#}
{% macro add_time_columns(target, columns) %}
    {{ return(adapter.dispatch('add_time_columns', 'driftql')(target, columns)) }}
{% endmacro %}

{% macro default__add_time_columns(target, columns) %}
    {%- set statements = [] -%}
    {%- for column in columns -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column if not exists ' ~ column ~ ' ' ~ driftql.type_moment()) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# A column is never NULL there unless its type says so. https://clickhouse.com/docs/sql-reference/statements/alter/column #}
{% macro clickhouse__add_time_columns(target, columns) %}
    {%- set statements = [] -%}
    {%- for column in columns -%}
        {%- do statements.append(
            'alter table ' ~ target ~ ' add column if not exists ' ~ column ~ ' Nullable(' ~ driftql.type_moment() ~ ')'
        ) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# It has no IF NOT EXISTS there. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html #}
{% macro redshift__add_time_columns(target, columns) %}
    {%- set statements = [] -%}
    {%- for column in columns -%}
        {%- do statements.append('alter table ' ~ target ~ ' add column ' ~ column ~ ' ' ~ driftql.type_moment()) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{# https://spark.apache.org/docs/latest/sql-ref-syntax-ddl-alter-table.html#add-columns #}
{% macro spark__add_time_columns(target, columns) %}
    {%- set types = [] -%}
    {%- for column in columns -%}
        {%- do types.append(column ~ ' ' ~ driftql.type_moment()) -%}
    {%- endfor -%}
    {{ return(['alter table ' ~ target ~ ' add columns (' ~ types | join(', ') ~ ')']) }}
{% endmacro %}

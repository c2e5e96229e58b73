{#
  Statements that give a queue of an earlier version, which knew no ids of rows, the column for them, as a list; other
  columns come from add_columns.
  `index_name` is the quoted name, with its schema, of the index that kept the rule, or '': it would refuse a second row of
  the same user and bucket. A request for a row needs no bucket, so those columns may then be NULL where the engine can
  say so of a table that has rows.
#}
{% macro migrate_queue(queue, index_name) %}
    {{ return(adapter.dispatch('migrate_queue', 'driftql')(queue, index_name)) }}
{% endmacro %}

{% macro default__migrate_queue(queue, index_name) %}
    {{ return(['alter table ' ~ queue ~ ' add column row_id ' ~ driftql.type_text()]) }}
{% endmacro %}

{# A column cannot change while an index exists. https://duckdb.org/docs/stable/sql/statements/alter_table #}
{% macro duckdb__migrate_queue(queue, index_name) %}
    {{ return((['drop index if exists ' ~ index_name] if index_name else []) + [
        'alter table ' ~ queue ~ ' add column row_id ' ~ driftql.type_text(),
        'alter table ' ~ queue ~ ' alter column user_id drop not null',
        'alter table ' ~ queue ~ ' alter column bucket_start_ts drop not null',
        'alter table ' ~ queue ~ ' alter column bucket_end_ts drop not null'
    ]) }}
{% endmacro %}

{# https://www.postgresql.org/docs/current/sql-altertable.html #}
{% macro postgres__migrate_queue(queue, index_name) %}
    {{ return((['drop index if exists ' ~ index_name] if index_name else []) + [
        'alter table ' ~ queue ~ ' add column row_id ' ~ driftql.type_text(),
        'alter table ' ~ queue ~ ' alter column user_id drop not null',
        'alter table ' ~ queue ~ ' alter column bucket_start_ts drop not null',
        'alter table ' ~ queue ~ ' alter column bucket_end_ts drop not null'
    ]) }}
{% endmacro %}

{# A column that is NOT NULL stays so. https://docs.aws.amazon.com/redshift/latest/dg/r_ALTER_TABLE.html #}
{% macro redshift__migrate_queue(queue, index_name) %}
    {{ return(['alter table ' ~ queue ~ ' add column row_id ' ~ driftql.type_text()]) }}
{% endmacro %}

{# https://spark.apache.org/docs/latest/sql-ref-syntax-ddl-alter-table.html #}
{% macro spark__migrate_queue(queue, index_name) %}
    {{ return(['alter table ' ~ queue ~ ' add columns (row_id ' ~ driftql.type_text() ~ ')']) }}
{% endmacro %}

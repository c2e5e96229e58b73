{#
  What the catalog says of the queue's table, where a unique index keeps the rule of create_queue_rule: a row per index,
  with its name and what it rules over: 'bucket', 'row', 'older' (an index of earlier versions, which knew no ids of rows)
  or 'other'. For a view, which can have no index: one row that says 'view'. `table` is the quoted name of the table,
  quoted once more as a text. '' where no index keeps the rule.
#}
{% macro queue_indexes(table) %}
    {{ return(adapter.dispatch('queue_indexes', 'driftql')(table)) }}
{% endmacro %}

{% macro default__queue_indexes(table) -%}
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/meta/duckdb_table_functions #}
{% macro duckdb__queue_indexes(table) -%}
with
-- 1. every name quoted; of an index's expressions only letters and underscores are kept
named as (
    select
        index_name,
        case when is_unique then regexp_replace(lower(expressions), '[^a-z_]', '', 'g') end as keys,
        database_name, schema_name, table_name
    from duckdb_indexes()
    union all
    select null, 'view', database_name, schema_name, view_name
    from duckdb_views()
),
found as (
    select
        index_name, keys,
        '"' || replace(database_name, '"', '""') || '"."' || replace(schema_name, '"', '""') || '"."'
        || replace(table_name, '"', '""') || '"' as quoted
    from named
)

select
    index_name,
    case keys
        when 'casewhenstatuspendingandrow_idisnullthenuser_idelsenullend'
            || 'casewhenstatuspendingandrow_idisnullthenbucket_start_tselsenullend' then 'bucket'
        when 'casewhenstatuspendingthenrow_idelsenullend' then 'row'
        when 'casewhenstatuspendingthenuser_idelsenullend'
            || 'casewhenstatuspendingthenbucket_start_tselsenullend' then 'older'
        when 'view' then 'view'
        else 'other'
    end as rule
from found
where quoted = {{ table }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/catalog-pg-index.html #}
{% macro postgres__queue_indexes(table) -%}
with
-- 1. the columns of each index in alphabetical order, and its condition without types, blanks and parentheses
found as (
    select
        names.relname as index_name,
        i.indisunique and i.indisvalid and i.indexprs is null as holds,
        (
            select string_agg(cast(a.attname as text), ',' order by cast(a.attname as text))
            from pg_catalog.pg_attribute as a
            where a.attrelid = i.indexrelid
        ) as keys,
        regexp_replace(
            pg_catalog.pg_get_expr(i.indpred, i.indrelid), '::[a-z ]+([(][0-9]+[)])?|[() ]', '', 'g'
        ) as condition
    from pg_catalog.pg_index as i
    inner join pg_catalog.pg_class as names on names.oid = i.indexrelid
    where i.indrelid = cast({{ table }} as regclass)
)

select
    index_name,
    case
        when not holds then 'other'
        when keys = 'bucket_start_ts,user_id' and condition = 'status=''pending''ANDrow_idISNULL' then 'bucket'
        when keys = 'row_id' and condition = 'status=''pending''' then 'row'
        when keys = 'bucket_start_ts,user_id' and condition = 'status=''pending''' then 'older'
        else 'other'
    end as rule
from found
union all
select null, 'view'
from pg_catalog.pg_class
where oid = cast({{ table }} as regclass) and relkind in ('v', 'm', 'f')
{%- endmacro %}

{# Its indexes enforce nothing. https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html #}
{% macro redshift__queue_indexes(table) -%}
{%- endmacro %}

{#
  Return why the database would refuse what is written to a table of driftql's, or ''. Most databases cannot catch an error, which
  then ends dbt, so what can be known of it before is asked before.

  relation  the table, which need not exist yet
  columns   names of the columns that are written
#}
{% macro _why_not_writable(relation, columns) %}
    {{ return(adapter.dispatch('_why_not_writable', 'driftql')(relation, columns)) }}
{% endmacro %}

{% macro default___why_not_writable(relation, columns) %}
    {{ return('') }}
{% endmacro %}

{# It has no right that could be missing, so its catalog tells what it refuses.
   https://duckdb.org/docs/stable/sql/meta/duckdb_table_functions #}
{% macro duckdb___why_not_writable(relation, columns) %}
    {%- set database = driftql._text_literal(relation.database | lower) -%}
    {%- set schema, name = driftql._text_literal(relation.schema | lower), driftql._text_literal(relation.identifier | lower) -%}
    {%- set place = "lower(database_name) = " ~ database ~ " and lower(schema_name) = " ~ schema -%}
    {%- set query -%}
select 'database' as what, database_name as name, case when readonly then 'read-only' else 'writable' end as detail
from duckdb_databases()
where lower(database_name) = {{ database }}
union all
select 'view', view_name, null
from duckdb_views()
where {{ place }} and lower(view_name) = {{ name }}
union all
select 'column', lower(column_name), data_type
from duckdb_columns()
where {{ place }} and lower(table_name) = {{ name }}
union all
select 'required', lower(column_name), null
from duckdb_columns()
where {{ place }} and lower(table_name) = {{ name }} and not is_nullable and column_default is null
    {%- endset -%}
    {%- set found = driftql._fetch_rows(query) -%}
    {%- set databases = found | selectattr('what', 'equalto', 'database') | map(attribute='detail') | list -%}
    {%- if not databases -%}
        {{ return("there is no database " ~ relation.database ~ "; attach it in profiles.yml, or leave history.database out") }}
    {%- elif databases[0] == 'read-only' -%}
        {{ return("the database " ~ relation.database ~ " is read-only; name another with history.database") }}
    {%- elif found | selectattr('what', 'equalto', 'view') | list -%}
        {{ return(relation ~ " is a view, which takes no rows; name another table with history.prefix or queue.table") }}
    {%- endif -%}
    {%- for column in found | selectattr('what', 'equalto', 'required') if column['name'] not in columns -%}
        {{ return(
            "the table " ~ relation ~ " demands a value in its column " ~ column['name'] ~ ", which driftql does not know; give "
            ~ "the column a default, or name another table with history.prefix or queue.table"
        ) }}
    {%- endfor -%}
    {%- for column in found | selectattr('what', 'equalto', 'column') if column['name'] in columns -%}
        {%- set held = driftql._written_kind(column['name']) -%}
        {%- if not modules.re.match(held['types'], column['detail']) -%}
            {{ return(
                "the column " ~ column['name'] ~ " of the table " ~ relation ~ " is " ~ column['detail'] ~ ", but driftql writes "
                ~ held['words'] ~ " there; name another table with history.prefix or queue.table"
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}


{# Return what driftql writes into a column of its tables, and a pattern of DuckDB's types that take it. #}
{% macro _written_kind(name) %}
    {%- if name in (
        'value', 'threshold', 'confidence', 'reject_rate', 'mean_entropy', 'confidence_mean', 'confidence_median', 'confidence_p5',
        'confidence_p95', 'confidence_std', 'reference_rows', 'current_rows', 'alerts', 'critical_alerts', 'not_computed',
        'total_windows'
    ) -%}
        {{ return({'words': 'numbers', 'types': 'DOUBLE|FLOAT|DECIMAL|VARCHAR|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER'}) }}
    {%- elif name == 'flagged' -%}
        {{ return({'words': 'true and false', 'types': 'BOOLEAN|VARCHAR|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER'}) }}
    {%- elif modules.re.search('_(at|ts|start|end)$', name) -%}
        {{ return({'words': 'moments', 'types': 'TIMESTAMP|DATE|VARCHAR'}) }}
    {%- elif name in ('request_id', 'run_id') -%}
        {{ return({'words': 'ids as text', 'types': 'VARCHAR|UUID'}) }}
    {%- elif name in ('report', 'columns_left_out', 'warnings', 'notes', 'feature_missingness', 'class_distribution') -%}
        {{ return({'words': 'JSON as text', 'types': 'VARCHAR|JSON'}) }}
    {%- endif -%}
    {{ return({'words': 'text', 'types': 'VARCHAR'}) }}
{% endmacro %}

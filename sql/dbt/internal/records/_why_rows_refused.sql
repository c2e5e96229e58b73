{#
  Return why the database would refuse rows, or ''; see _why_not_writable.

  relation  the table
  rows      dictionaries of column and value, all with the same columns
#}
{% macro _why_rows_refused(relation, rows) %}
    {{ return(adapter.dispatch('_why_rows_refused', 'driftql')(relation, rows) if rows else '') }}
{% endmacro %}

{% macro default___why_rows_refused(relation, rows) %}
    {{ return('') }}
{% endmacro %}

{# A CHECK that somebody has added. https://duckdb.org/docs/stable/sql/constraints #}
{% macro duckdb___why_rows_refused(relation, rows) %}
    {%- set query -%}
select expression, lower(array_to_string(constraint_column_names, ',')) as columns
from duckdb_constraints()
where constraint_type = 'CHECK'
    and lower(database_name) = {{ driftql._text_literal(relation.database | lower) }}
    and lower(schema_name) = {{ driftql._text_literal(relation.schema | lower) }}
    and lower(table_name) = {{ driftql._text_literal(relation.identifier | lower) }}
    {%- endset -%}
    {%- set names = rows[0].keys() | list -%}
    {%- for rule in driftql._fetch_rows(query) if not rule['columns'].split(',') | reject('in', names) | list -%}
        {%- for insert in driftql._insert_records(relation, rows) -%}
            {#- The table's own columns give the types. -#}
            {%- set values = insert[insert.index('values'):] -%}
            {%- set new = 'select ' ~ names | join(', ') ~ ' from ' ~ relation ~ ' where 1 = 0 union all ' ~ values -%}
            {%- set query = 'select count(*) as refused from (' ~ new ~ ') as written where not (' ~ rule['expression'] ~ ')' -%}
            {%- if driftql._fetch_rows(query)[0]['refused'] -%}
                {{ return(
                    "the table " ~ relation ~ " has a constraint that does not hold for what was found: " ~ rule['expression']
                    ~ "; drop it, or name another with history.prefix"
                ) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}

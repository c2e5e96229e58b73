{#
  List statements that insert rows into a table, 500 per statement.

  rows  dictionaries of column and value, all with the same columns
#}
{% macro _insert_records(relation, rows) %}
    {%- set statements = [] -%}
    {%- for chunk in rows | batch(500) -%}
        {%- set literals = [] -%}
        {%- for row in chunk -%}
            {%- do literals.append([]) -%}
            {%- for value in row.values() -%}
                {%- do literals[-1].append(driftql._literal(value) | trim) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do statements.append(driftql.insert_rows(relation, chunk[0].keys() | list, literals)) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

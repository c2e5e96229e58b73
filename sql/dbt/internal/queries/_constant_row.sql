{#
  Write a query of one row.

  columns  each column's name, with what it holds (see _query_columns)
  values   what it holds in this row; NULL where there is none
#}
{% macro _constant_row(columns, values) %}
    {%- set fields = [] -%}
    {%- for name, kind in columns.items() -%}
        {%- set literal = driftql._literal(values.get(name)) | trim -%}
        {%- if kind == 'text' -%}
            {%- set literal = driftql.as_text(literal) -%}
        {%- elif kind == 'moment' -%}
            {%- set literal = driftql.null_moment() if values.get(name) is none else literal -%}
        {%- elif kind == 'number' -%}
            {%- set literal = driftql.as_double(literal) -%}
        {%- else -%}
            {%- set type = driftql.type_integer() | trim if kind == 'count' else 'boolean' -%}
            {%- set literal = 'cast(' ~ literal ~ ' as ' ~ type ~ ')' -%}
        {%- endif -%}
        {%- do fields.append(literal | trim ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{ return('select ' ~ fields | join(', ')) }}
{% endmacro %}

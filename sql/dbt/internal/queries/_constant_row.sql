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
        {%- elif kind == 'number' -%}
            {%- set literal = driftql.as_double(literal) -%}
        {%- else -%}
            {%- set literal = 'cast(' ~ literal ~ ' as ' ~ (driftql.type_integer() | trim if kind == 'count' else 'boolean') ~ ')' -%}
        {%- endif -%}
        {%- do fields.append(literal | trim ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{ return('select ' ~ fields | join(', ')) }}
{% endmacro %}


{# Write a query of one row with the columns of results_query: what a verdict is made from. #}
{% macro _result_row(check, feature, effect, p_value, reason) %}
    {{ return(driftql._constant_row(
        {'check_name': 'text', 'feature': 'text', 'effect': 'number', 'p_value': 'number', 'reason': 'text'},
        {'check_name': check, 'feature': feature, 'effect': effect, 'p_value': p_value, 'reason': reason}
    )) }}
{% endmacro %}

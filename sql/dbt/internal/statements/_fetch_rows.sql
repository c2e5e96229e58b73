{#
  Run a query and return its rows as dictionaries with names in lower case.

  statements  a list, or none: the statement's name, text, seconds and number of rows are added to it
#}
{% macro _fetch_rows(sql, statements=none, name='query') %}
    {%- set started = modules.datetime.datetime.now() -%}
    {%- set table = run_query(sql) -%}
    {%- set rows = [] -%}
    {%- for row in table.rows -%}
        {%- set values = {} -%}
        {%- for column in table.column_names -%}
            {%- do values.update({column | lower: driftql._plain_value(row[loop.index0])}) -%}
        {%- endfor -%}
        {%- do rows.append(values) -%}
    {%- endfor -%}
    {%- if statements is not none -%}
        {%- set seconds = (modules.datetime.datetime.now() - started).total_seconds() -%}
        {%- do statements.append({'name': name, 'sql': sql | trim, 'seconds': seconds, 'rows': rows | length}) -%}
    {%- endif -%}
    {{ return(rows) }}
{% endmacro %}


{# Return a value as JSON can hold it: a decimal as a float, NaN and infinities as none. #}
{% macro _plain_value(value) %}
    {%- if value is none or value is boolean or value is integer or value is not number -%}
        {{ return(value) }}
    {%- endif -%}
    {%- set number = value | float -%}
    {#- Infinity minus itself is NaN, which is not 0 either. -#}
    {{ return(number if number - number == 0 else none) }}
{% endmacro %}

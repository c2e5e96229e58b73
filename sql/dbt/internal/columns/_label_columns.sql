{# Return the label's column as each relation has it. #}
{% macro _label_columns(layout, ref, cur) %}
    {%- set columns = [] -%}
    {%- for base in (ref, cur) -%}
        {%- do columns.append(driftql._find_column(layout['label']['name'], base['columns'], none, '') or layout['label']) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

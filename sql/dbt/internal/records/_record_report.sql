{# List statements that append records, as _list_records lists them. #}
{% macro _record_report(records) %}
    {%- set statements = [] -%}
    {%- for table, rows in records -%}
        {%- do statements.extend(driftql._insert_records(table, rows)) -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

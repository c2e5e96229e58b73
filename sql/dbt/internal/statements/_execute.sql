{# Run a statement that returns nothing, inside the open transaction if there is one. #}
{% macro _execute(sql) %}
    {%- if sql | trim -%}
        {%- call statement('driftql_statement', auto_begin=false) -%}
            {{ sql }}
        {%- endcall -%}
    {%- endif -%}
{% endmacro %}

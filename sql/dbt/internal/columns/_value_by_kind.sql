{# Write a label or a user by its value: the column itself, or its text where a cast would not write equal values alike. #}
{% macro _value_by_kind(name, own, beside) %}
    {%- set kind = own['kind'] -%}
    {%- if kind == 'boolean' and driftql._is_number(beside) and beside['kind'] != 'boolean' -%}
        {%- set kind = 'flag' -%}
    {%- endif -%}
    {%- set quoted = driftql._quote(name) -%}
    {{ return(driftql.value_text(quoted, kind) | trim if kind in ('float', 'decimal', 'boolean', 'flag') else quoted) }}
{% endmacro %}

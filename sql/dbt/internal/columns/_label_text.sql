{# Write a label that the settings name as the rows of its columns are written; where a column is no number, it stays. #}
{% macro _label_text(wanted, layout, ref, cur) %}
    {%- set text = wanted | string | trim | lower -%}
    {%- set columns = driftql._label_columns(layout, ref, cur) if layout['label'] is not none else [] -%}
    {%- if not columns or not driftql._is_number(columns[0]) or not driftql._is_number(columns[1]) -%}
        {{ return(wanted) }}
    {%- endif -%}
    {%- set is_number = modules.re.match('^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[+-]?[0-9]{1,3})?$', text) -%}
    {%- set kinds = columns | map(attribute='kind') | list -%}
    {%- if kinds == ['boolean', 'boolean'] -%}
        {%- if text in ('true', 't', 'yes') or (is_number and text | float == 1) -%}
            {{ return('true') }}
        {%- endif -%}
        {{ return('false' if text in ('false', 'f', 'no') or (is_number and text | float == 0) else wanted) }}
    {%- elif text in ('true', 'false') -%}
        {{ return('1' if text == 'true' else '0') }}
    {%- elif not is_number -%}
        {{ return(wanted) }}
    {%- elif text | float == text | float | int -%}
        {{ return(text | int if modules.re.match('^[+-]?[0-9]+$', text) else text | float | int) }}
    {%- elif 'float' in kinds -%}
        {{ return(text | float) }}
    {%- endif -%}
    {{ return(modules.re.sub('[.]?0+$', '', text | replace('+', '')) if '.' in text and 'e' not in text else text | float) }}
{% endmacro %}

{# Write a row's confidence as an expression; '' where the relation has neither a confidence nor probabilities. #}
{% macro _confidence(layout) %}
    {%- if layout['confidence'] is none and not layout['probabilities'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set column = driftql._quote(layout['confidence']['name']) if layout['confidence'] is not none else '' -%}
    {{ return(driftql.row_confidence(column, layout['probability_names'], layout['is_list']) | trim) }}
{% endmacro %}

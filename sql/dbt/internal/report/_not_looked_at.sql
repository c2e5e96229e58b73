{# List the columns that the check does not look at, but for those that are not computed, which are said elsewhere. #}
{% macro _not_looked_at(layout) %}
    {%- set said = (layout['unusable'] + layout['lost_categories']) | map('first') | list -%}
    {{ return(layout['left_out'] | rejectattr('column', 'in', said) | list) }}
{% endmacro %}

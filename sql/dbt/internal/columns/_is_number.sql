{# Return whether a column is there and is a number or a boolean. #}
{% macro _is_number(column) %}
    {{ return(column is not none and column['kind'] in ('integer', 'float', 'decimal', 'boolean')) }}
{% endmacro %}

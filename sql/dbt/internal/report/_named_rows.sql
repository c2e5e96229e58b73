{# Return a category with its rows in one window, and their share. #}
{% macro _named_rows(name, rows, total) %}
    {{ return({'name': name, 'rows': rows, 'share': rows / total}) }}
{% endmacro %}

{# Return whether a value is a relation; to Jinja a relation is a mapping, and so are the options of a window. #}
{% macro _is_relation(value) %}
    {{ return(value is mapping and value.get('metadata', {}).get('type', '').endswith('Relation')) }}
{% endmacro %}

{# Stop with one sentence that begins with "driftql:". #}
{% macro _raise_error(message) %}
    {{ exceptions.raise_compiler_error('driftql: ' ~ message) }}
{% endmacro %}

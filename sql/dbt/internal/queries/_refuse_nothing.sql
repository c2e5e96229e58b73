{# Stop where a query would have nothing to compare. #}
{% macro _refuse_nothing(name, resolved, what) %}
    {{ driftql._raise_error(name ~ ": " ~ resolved['current']['source'] ~ " has no " ~ what) }}
{% endmacro %}

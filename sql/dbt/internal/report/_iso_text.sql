{# Write a moment as ISO text; none stays none. #}
{% macro _iso_text(moment) %}
    {{ return(moment.strftime('%Y-%m-%dT%H:%M:%S.%f') if moment is not none else none) }}
{% endmacro %}

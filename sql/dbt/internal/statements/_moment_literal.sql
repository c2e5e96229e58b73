{# Write a moment in UTC as a literal without a zone. #}
{% macro _moment_literal(moment) %}
    {{ return(driftql.timestamp_value("'" ~ moment.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'")) }}
{% endmacro %}

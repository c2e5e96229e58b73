{# Write a time column as a timestamp in UTC without a zone. #}
{% macro _utc_time(column) %}
    {%- set quoted = driftql._quote(column['name']) -%}
    {%- if column['kind'] == 'timestamp' -%}
        {{ return(quoted) }}
    {%- elif column['kind'] == 'text' -%}
        {{ return(driftql.utc_timestamp(driftql.instant_of_text(quoted), 1) | trim) }}
    {%- endif -%}
    {{ return(driftql.utc_timestamp(quoted, 1 if column['kind'] == 'timestamptz' else 0) | trim) }}
{% endmacro %}

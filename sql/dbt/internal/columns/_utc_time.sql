{# Write a time column as a timestamp in UTC without a zone; times without a zone are local times of the column's `zone`. #}
{% macro _utc_time(column) %}
    {%- set quoted = driftql._quote(column['name']) -%}
    {%- if column['kind'] == 'text' -%}
        {{ return(driftql.utc_timestamp(driftql.instant_of_text(quoted), 1) | trim) }}
    {%- elif column['kind'] == 'timestamptz' -%}
        {{ return(driftql.utc_timestamp(quoted, 1) | trim) }}
    {%- endif -%}
    {%- set moment = quoted if column['kind'] == 'timestamp' else driftql.utc_timestamp(quoted, 0) | trim -%}
    {%- set zone = column.get('zone', 'UTC') -%}
    {{ return(moment if zone == 'UTC' else driftql.utc_of_local(moment, driftql._text_literal(zone)) | trim) }}
{% endmacro %}

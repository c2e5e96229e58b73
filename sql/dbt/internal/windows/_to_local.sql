{# Turn a moment in UTC into local time, without a zone. #}
{% macro _to_local(moment, zone) %}
    {%- if zone == 'UTC' -%}
        {{ return(moment) }}
    {%- endif -%}
    {{ return(modules.pytz.utc.localize(moment).astimezone(modules.pytz.timezone(zone)).replace(tzinfo=none)) }}
{% endmacro %}

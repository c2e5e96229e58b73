{# Turn a local time into UTC. Of a time that comes twice, the first is meant; one that the clocks skip is the first one after. #}
{% macro _to_utc(moment, zone) %}
    {%- if zone == 'UTC' -%}
        {{ return(moment) }}
    {%- endif -%}
    {%- set there = modules.pytz.timezone(zone) -%}
    {%- set early, late = there.localize(moment, is_dst=true), there.localize(moment, is_dst=false) -%}
    {%- set is_skipped = there.normalize(early).replace(tzinfo=none) != moment -%}
    {{ return((late if is_skipped else early).astimezone(modules.pytz.utc).replace(tzinfo=none)) }}
{% endmacro %}

{# Return the moment in UTC that is a span (see _parse_span) before another; months are counted in the calendar of the zone. #}
{% macro _before(moment, span, zone) %}
    {%- if not span['months'] -%}
        {{ return(moment - span['length']) }}
    {%- endif -%}
    {{ return(driftql._to_utc(driftql._months_before(driftql._to_local(moment, zone), span['months']), zone)) }}
{% endmacro %}

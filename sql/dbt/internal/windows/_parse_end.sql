{#
  Return an end of a window as a moment in UTC: a time, the start of a period, or a span before the newest row.

  newest  the end of the newest row; none where the value is no span
  what    what to call it in an error
#}
{% macro _parse_end(value, zone, newest, what) %}
    {%- set span = driftql._read_span(value) -%}
    {%- if span is not none -%}
        {{ return(driftql._before(newest, driftql._parse_span(value, what), zone)) }}
    {%- endif -%}
    {%- set days = driftql._read_period(value, zone) -%}
    {{ return(driftql._to_utc(days[0], zone) if days is not none else driftql._parse_moment(value, what, zone)) }}
{% endmacro %}

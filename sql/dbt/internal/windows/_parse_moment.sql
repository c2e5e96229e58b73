{#
  Return a date or time, given as text or as YAML reads it, as a moment in UTC without a zone.

  what  what to call it in an error
  zone  the zone of a time that names no offset
#}
{% macro _parse_moment(value, what, zone='UTC') %}
    {%- set date = '(\\d{4})-(\\d\\d?)-(\\d\\d?)' -%}
    {%- set time = '(?:[T ](\\d\\d?):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?)?' -%}
    {%- set offset = '(Z|[+-]\\d\\d(?::?\\d\\d)?)?' -%}
    {%- set found = modules.re.match('^' ~ date ~ time ~ '\\s*' ~ offset ~ '$', value | string | trim) -%}
    {%- if not found -%}
        {{ driftql._raise_error(what ~ " is '" ~ value ~ "'; write a date or time such as 2026-01-31 or 2026-01-31T12:00") }}
    {%- endif -%}
    {%- set part = found.groups() -%}
    {%- set day = driftql._existing_day(part[0] | int, part[1] | int, part[2] | int) -%}
    {%- set clock = [(part[3] or 0) | int, (part[4] or 0) | int, (part[5] or 0) | int] -%}
    {%- if day is none or clock[0] > 23 or clock[1] > 59 or clock[2] > 59 -%}
        {{ driftql._raise_error(what ~ " is '" ~ value ~ "', which is no date or time that exists") }}
    {%- endif -%}
    {%- set microseconds = ((part[6] or '0') ~ '000000')[:6] | int -%}
    {%- set moment = day.replace(hour=clock[0], minute=clock[1], second=clock[2], microsecond=microseconds) -%}
    {%- if part[7] and part[7] != 'Z' -%}
        {%- set digits = part[7][1:] | replace(':', '') ~ '00' -%}
        {%- set offset = modules.datetime.timedelta(hours=digits[:2] | int, minutes=digits[2:4] | int) -%}
        {{ return(moment - offset if part[7][0] == '+' else moment + offset) }}
    {%- endif -%}
    {{ return(moment if part[7] else driftql._to_utc(moment, zone)) }}
{% endmacro %}

{# Return what _parse_span returns, or none for a text that is no span. #}
{% macro _read_span(value) %}
    {%- set found = modules.re.match('^\\s*([0-9]{1,9}(?:\\.[0-9]{1,9})?)\\s*([a-zA-Z]+)\\s*$', value | string) -%}
    {%- if not found -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set number, unit = found.group(1) | float, found.group(2) -%}
    {%- set word = unit | lower -%}
    {%- set word = word[:-1] if word | length > 2 and word.endswith('s') else word -%}
    {#- A single letter is a small one: 7M and 7m would mean as different things as they look alike. -#}
    {%- set unit = {
        'sec': 's', 'second': 's', 'min': 'm', 'minute': 'm', 'hour': 'h', 'day': 'd', 'week': 'w', 'mon': 'mo', 'month': 'mo',
        'quarter': 'q', 'year': 'y'
    }.get(word, unit) -%}
    {%- set seconds = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}.get(unit, 0) * number -%}
    {%- set months = {'mo': 1, 'q': 3, 'y': 12}.get(unit, 0) * number -%}
    {%- if unit not in ('s', 'm', 'h', 'd', 'w', 'mo', 'q', 'y') or months != months | int
            or seconds + months * 2592000 > 31536000000 -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set length = modules.datetime.timedelta(seconds=seconds) -%}
    {{ return({
        'months': months | int, 'length': length, 'about': length + modules.datetime.timedelta(days=30 * months)
    }) }}
{% endmacro %}

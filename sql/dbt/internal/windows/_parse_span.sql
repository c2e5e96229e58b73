{#
  Return a span such as 7d or 36h as a time difference.

  what  what to call it in an error
#}
{% macro _parse_span(value, what) %}
    {%- set found = modules.re.match('^\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(s|m|h|d|w)\\s*$', value | string) -%}
    {%- if not found or found.group(1) | float == 0 -%}
        {{ driftql._raise_error(what ~ " is '" ~ value ~ "'; write a number and s, m, h, d or w, such as 7d or 36h") }}
    {%- endif -%}
    {%- set seconds = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}[found.group(2)] -%}
    {{ return(modules.datetime.timedelta(seconds=seconds * (found.group(1) | float))) }}
{% endmacro %}

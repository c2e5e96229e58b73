{# Describe a window in a few words, as Python does; where the time column is a date, by its first and its last day. #}
{% macro _describe_window(window) %}
    {%- set words = [window['source']] -%}
    {%- set form = '%Y-%m-%d' if window['by_day'] else '%Y-%m-%d %H:%M' -%}
    {%- set start, end = window['start'], window['end'] -%}
    {%- set start = driftql._to_local(start, window['zone']) if start is not none else none -%}
    {%- set end = driftql._to_local(end, window['zone']) if end is not none else none -%}
    {%- if start is not none and end is not none -%}
        {%- set shown_end = end - modules.datetime.timedelta(days=1) if window['by_day'] else end -%}
        {%- do words.append(start.strftime(form) ~ (' to ' ~ shown_end.strftime(form) if shown_end != start else '')) -%}
    {%- elif start is not none -%}
        {%- do words.append('from ' ~ start.strftime(form)) -%}
    {%- elif end is not none -%}
        {%- do words.append('before ' ~ end.strftime(form)) -%}
    {%- endif -%}
    {%- do words.append('where ' ~ window['filter']) if window['filter'] is not none -%}
    {{ return(words | join(', ')) }}
{% endmacro %}

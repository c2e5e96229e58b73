{# Describe a window in a few words, as Python does. #}
{% macro _describe_window(window) %}
    {%- set words = [window['source']] -%}
    {%- set form = '%Y-%m-%d %H:%M' -%}
    {%- if window['start'] is not none and window['end'] is not none -%}
        {%- do words.append(window['start'].strftime(form) ~ ' to ' ~ window['end'].strftime(form)) -%}
    {%- elif window['start'] is not none -%}
        {%- do words.append('from ' ~ window['start'].strftime(form)) -%}
    {%- elif window['end'] is not none -%}
        {%- do words.append('before ' ~ window['end'].strftime(form)) -%}
    {%- endif -%}
    {%- do words.append('where ' ~ window['filter']) if window['filter'] is not none -%}
    {{ return(words | join(', ')) }}
{% endmacro %}

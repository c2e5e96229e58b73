{# Name the columns whose change is a reason for an alert, by what has become of them, in the words of Python. #}
{% macro _describe_changes(changes) %}
    {%- set parts = [] -%}
    {%- for change, what in {'vanished': 'no longer there', 'retyped': 'of another type', 'added': 'new'}.items() -%}
        {%- set names = changes | rejectattr('severity', 'none') | selectattr('change', 'equalto', change)
            | map(attribute='column') | list -%}
        {%- set more = ' and ' ~ (names | length - 10) ~ ' more' if names | length > 10 else '' -%}
        {%- do parts.append(what ~ ': ' ~ names[:10] | join(', ') ~ more) if names -%}
    {%- endfor -%}
    {{ return('columns ' ~ parts | join('; ')) }}
{% endmacro %}

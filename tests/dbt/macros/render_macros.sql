{# Call macros of the package, and log what they made: for the test that compares it with what Python renders. #}
{% macro render_macros(calls) %}
    {%- set made = [] -%}
    {%- for call in calls -%}
        {%- do made.append(context['driftql'][call['macro']](**call['arguments'])) -%}
    {%- endfor -%}
    {%- do log('rendered: ' ~ tojson(made), info=true) -%}
{% endmacro %}

{# Leave out of what was found what a generic test of one check does not judge. #}
{% macro _keep_one_result(only, found) %}
    {%- if only -%}
        {%- do found.update({'checks': found['checks'] | selectattr('check', 'equalto', only) | list}) -%}
    {%- endif -%}
    {%- if only and only != 'missing_increase' -%}
        {%- do found.update({'missing': []}) -%}
    {%- endif -%}
    {%- if only == 'class_shift' -%}
        {%- do found.update({'reject_rate': none, 'notes': []}) -%}
    {%- elif only == 'reject_rate_increase' -%}
        {%- do found.update({'classes': none}) -%}
    {%- endif -%}
{% endmacro %}

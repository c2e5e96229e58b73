{# Say which kind of column a role needs. #}
{% macro _role_needs(role) %}
    {%- if role in ('bucket_start', 'bucket_end') -%}
        {{ return('a timestamp, a date or ISO text') }}
    {%- endif -%}
    {{ return('a number' if role == 'confidence' else 'one number or text per row') }}
{% endmacro %}

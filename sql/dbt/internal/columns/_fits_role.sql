{# Return whether a column is of a kind that can play a role. #}
{% macro _fits_role(column, role) %}
    {%- if role in ('bucket_start', 'bucket_end') -%}
        {{ return(column['kind'] in ('timestamp', 'timestamptz', 'date', 'text')) }}
    {%- elif role == 'confidence' -%}
        {{ return(column['kind'] in ('integer', 'float', 'decimal', 'boolean')) }}
    {%- endif -%}
    {{ return(column['kind'] != 'list') }}
{% endmacro %}

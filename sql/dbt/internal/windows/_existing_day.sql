{# Return the midnight of a day; none for a day that does not exist. #}
{% macro _existing_day(year, month, day) %}
    {%- if year < 1 or month < 1 or month > 12 or day < 1 or day > driftql._days_of_month(year, month) -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(modules.datetime.datetime(year, month, day)) }}
{% endmacro %}

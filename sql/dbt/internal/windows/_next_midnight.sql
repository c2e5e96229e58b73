{# Return the next midnight; a midnight itself stays. #}
{% macro _next_midnight(moment) %}
    {%- set midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) -%}
    {{ return(midnight if midnight == moment else midnight + modules.datetime.timedelta(days=1)) }}
{% endmacro %}

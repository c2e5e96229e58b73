{# What Python judges and dbt does not, as a list of notes for the report. #}
{% macro _not_judged() %}
    {{ return(['rows per day (row_count) and the age of the newest row (stale) are judged by `driftql check`, not in '
        ~ 'dbt yet']) }}
{% endmacro %}

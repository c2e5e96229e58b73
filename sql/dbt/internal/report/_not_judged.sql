{# What Python judges and dbt does not, as a list of notes for the report. #}
{% macro _not_judged() %}
    {{ return(['a rise of missing values and columns that differ between the windows are judged by '
        ~ '`driftql check`, not in dbt yet']) }}
{% endmacro %}

{# Return whether dbt runs a generic test now, on rows that are all there; otherwise it only writes the test's SQL. #}
{% macro _runs_test(settings) %}
    {{ return(flags.WHICH in ('test', 'build', 'retry') and not driftql._why_not_checked(settings)) }}
{% endmacro %}

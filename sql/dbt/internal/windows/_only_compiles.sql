{# Return whether dbt writes SQL that it does not run. #}
{% macro _only_compiles() %}
    {{ return(flags.WHICH in ('compile', 'generate')) }}
{% endmacro %}

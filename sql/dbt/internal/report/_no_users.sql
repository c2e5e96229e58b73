{# Say what a report of dbt lacks; that is recorded, and not told at every alert. #}
{% macro _no_users() %}
    {{ return("dbt names no affected users: 'driftql check' on the same rows does") }}
{% endmacro %}

{# Return how many features and roles the current window has lost, or none where no change is a reason for an alert. #}
{% macro _count_lost(changes) %}
    {%- set flagged = (changes or []) | rejectattr('severity', 'none') | list -%}
    {{ return(flagged | selectattr('severity', 'equalto', 'critical') | list | length if flagged else none) }}
{% endmacro %}

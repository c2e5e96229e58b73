{# Write the condition of a verdict that a generic test fails for. With --empty there are no rows, and so no findings. #}
{% macro _is_finding() %}
    {{ return('1 = 0' if flags.EMPTY else '(is_flagged is null or is_flagged)') }}
{% endmacro %}

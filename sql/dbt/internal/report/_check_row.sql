{# Return one check: its name, the feature, effect, p-value, and why there is none. #}
{% macro _check_row(check, feature, effect, p_value, reason) %}
    {{ return({'check': check, 'feature': feature, 'effect': effect, 'p_value': p_value, 'reason': reason}) }}
{% endmacro %}

{# Return one check: its name, the feature, effect, p-value, and why there is none; of the entropy the change, too. #}
{% macro _check_row(check, feature, effect, p_value, reason, entropy_change=none, total_variation=none) %}
    {{ return({
        'check': check, 'feature': feature, 'effect': effect, 'p_value': p_value, 'reason': reason,
        'entropy_change': entropy_change, 'total_variation': total_variation
    }) }}
{% endmacro %}

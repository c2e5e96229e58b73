{# Write a query of one row with the columns of results_query: what a verdict is made from. #}
{% macro _result_row(check, feature, effect, p_value, reason, entropy_change=none, total_variation=none) %}
    {{ return(driftql._constant_row(
        {
            'check_name': 'text', 'feature': 'text', 'effect': 'number', 'p_value': 'number', 'reason': 'text',
            'entropy_change': 'number', 'total_variation': 'number'
        },
        {
            'check_name': check, 'feature': feature, 'effect': effect, 'p_value': p_value, 'reason': reason,
            'entropy_change': entropy_change, 'total_variation': total_variation
        }
    )) }}
{% endmacro %}

{#
  Return the columns of a query that a public macro writes, in order, with what each holds: text, number (a double), count
  (an integer) or boolean.
#}
{% macro _query_columns(name) %}
    {{ return({
        'drift_check': {
            'check_name': 'text', 'feature': 'text', 'effect': 'number', 'threshold': 'number', 'p_value': 'number',
            'evidence_cutoff': 'number', 'is_flagged': 'boolean', 'severity': 'text', 'reason': 'text',
            'entropy_change': 'number', 'total_variation': 'number'
        },
        'drift_features': {
            'feature': 'text', 'ref_rows': 'count', 'cur_rows': 'count', 'ref_missing': 'count', 'cur_missing': 'count',
            'ref_non_finite': 'count', 'cur_non_finite': 'count', 'psi': 'number', 'psi_p_value': 'number', 'psi_noise': 'number',
            'ks_statistic': 'number', 'ks_p_value': 'number', 'ks_location': 'number', 'ref_minimum': 'number',
            'ref_maximum': 'number', 'psi_reason': 'text', 'ks_reason': 'text'
        },
        'drift_categories': {
            'feature': 'text', 'ref_rows': 'count', 'cur_rows': 'count', 'ref_missing': 'count', 'cur_missing': 'count',
            'psi': 'number', 'psi_p_value': 'number', 'psi_noise': 'number', 'total_variation': 'number',
            'largest_change': 'number', 'new_share': 'number', 'expected_share': 'number', 'new_p_value': 'number',
            'new_count': 'count', 'psi_reason': 'text', 'new_reason': 'text', 'rest_ref_count': 'count', 'rest_cur_count': 'count',
            'rest_categories': 'count', 'rest_contribution': 'number', 'new_cur_count': 'count', 'new_contribution': 'number',
            'category': 'text', 'ref_count': 'count', 'cur_count': 'count', 'bin': 'count', 'contribution': 'number',
            'new_rank': 'count', 'gone_rank': 'count'
        },
        'drift_bins': {
            'feature': 'text', 'bin': 'count', 'lower': 'number', 'upper': 'number', 'ref_count': 'count', 'cur_count': 'count',
            'contribution': 'number'
        },
        'drift_labels': {
            'check_name': 'text', 'class_name': 'text', 'ref_value': 'number', 'cur_value': 'number', 'effect': 'number',
            'p_value': 'number', 'ref_rows': 'count', 'cur_rows': 'count', 'ref_left_out': 'count', 'cur_left_out': 'count',
            'reason': 'text', 'entropy_change': 'number'
        },
        'drift_classes': {
            'class_name': 'text', 'ref_count': 'count', 'cur_count': 'count', 'ref_share': 'number', 'cur_share': 'number',
            'shift': 'number'
        }
    }[name]) }}
{% endmacro %}

{# Return the default of each option; an option that is not here does not exist. #}
{% macro _default_settings() %}
    {{ return({
        'enabled': true,
        'at_most': none,
        'skip_unchanged': false,
        'monitor': none,
        'time_column': none,
        'time_end': none,
        'user': none,
        'label': none,
        'reject_label': 'Mixed/Unknown',
        'probabilities': none,
        'confidence': none,
        'schema_version': none,
        'row_id': none,
        'timezone': 'UTC',
        'features': 'auto',
        'categories': 'auto',
        'exclude': [],
        'allow_functions': [],
        'schema': 'lenient',
        'reference': {'relation': none, 'last': none, 'during': none, 'start': none, 'end': none, 'filter': none},
        'current': {'last': none, 'during': none, 'start': none, 'end': none, 'filter': none},
        'thresholds': {
            'psi': 0.2, 'psi_bins': 10, 'psi_epsilon': 0.0001, 'ks': 0.05, 'reject_rate_increase': 0.1,
            'entropy_ratio': 2.0, 'entropy_increase': 0.1, 'class_shift': 0.15,
            'category_limit': 50, 'category_shift': 0.15, 'new_category': 0.01,
            'missing_increase': 0.05,
            'alpha': 0.05, 'evidence': true,
            'min_rows': 10, 'probability_tolerance': 0.01
        },
        'bins': true,
        'on_drift': 'warn',
        'on_not_computed': 'warn',
        'queue': {'enabled': true, 'table': 'driftql_queue', 'limit': 50},
        'history': {'enabled': true, 'prefix': 'driftql_', 'schema': none, 'database': none}
    }) }}
{% endmacro %}

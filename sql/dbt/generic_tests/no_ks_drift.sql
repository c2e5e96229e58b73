{# The Kolmogorov-Smirnov statistic of each feature is below `threshold`, or within what noise alone explains. #}
{% test no_ks_drift(
    model, column_name=none, threshold=none, features=none, exclude=none, time_column=none, reference=none,
    current=none, thresholds=none
) %}
    {{ driftql._drift_test('driftql.no_ks_drift', 'feature_ks', 'ks', threshold, model, [
        {'features': features, 'exclude': exclude, 'time_column': time_column, 'reference': reference, 'current': current,
         'thresholds': thresholds}
    ] + ([{'features': [column_name], 'exclude': []}] if column_name is not none else [])) }}
{% endtest %}

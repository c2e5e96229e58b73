{# The Population Stability Index (PSI) of each feature is at most `threshold`, or within what noise alone explains. #}
{% test psi_below(
    model, column_name=none, threshold=none, features=none, categories=none, exclude=none, time_column=none,
    reference=none, current=none, thresholds=none
) %}
    {{ driftql._drift_test('driftql.psi_below', 'feature_psi', 'psi', threshold, model, [
        {'features': features, 'categories': categories, 'exclude': exclude, 'time_column': time_column,
         'reference': reference, 'current': current, 'thresholds': thresholds}
    ] + ([{'features': [column_name], 'exclude': []}] if column_name is not none else [])) }}
{% endtest %}

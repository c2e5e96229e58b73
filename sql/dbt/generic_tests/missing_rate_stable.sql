{# The share of missing values of each column has risen by less than `threshold`, or by what noise alone explains. #}
{% test missing_rate_stable(
    model, column_name=none, threshold=none, features=none, exclude=none, time_column=none, reference=none,
    current=none, thresholds=none
) %}
    {{ driftql._drift_test('driftql.missing_rate_stable', 'missing_increase', 'missing_increase', threshold, model, [
        {'features': features, 'exclude': exclude, 'time_column': time_column, 'reference': reference, 'current': current,
         'thresholds': thresholds}
    ], column_name) }}
{% endtest %}

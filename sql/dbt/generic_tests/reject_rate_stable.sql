{# The share of the reject label has risen by less than `threshold`, or by what noise alone explains. #}
{% test reject_rate_stable(
    model, column_name=none, threshold=none, reject_label=none, time_column=none, reference=none, current=none,
    thresholds=none
) %}
    {{ driftql._drift_test('driftql.reject_rate_stable', 'reject_rate_increase', 'reject_rate_increase', threshold, model, [
        {'label': column_name, 'reject_label': reject_label, 'time_column': time_column, 'reference': reference,
         'current': current, 'thresholds': thresholds}
    ]) }}
{% endtest %}

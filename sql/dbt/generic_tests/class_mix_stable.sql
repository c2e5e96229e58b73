{# No label's share has moved by more than `threshold`, or than noise alone explains. #}
{% test class_mix_stable(
    model, column_name=none, threshold=none, time_column=none, reference=none, current=none, thresholds=none
) %}
    {{ driftql._drift_test('driftql.class_mix_stable', 'class_shift', 'class_shift', threshold, model, [
        {'label': column_name, 'time_column': time_column, 'reference': reference, 'current': current, 'thresholds': thresholds}
    ]) }}
{% endtest %}

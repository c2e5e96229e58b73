{# Mean entropy is at most `threshold` times the reference's, or within what noise alone explains. #}
{% test entropy_stable(
    model, column_name=none, threshold=none, probabilities=none, time_column=none, reference=none, current=none,
    thresholds=none
) %}
    {{ driftql._drift_test('driftql.entropy_stable', 'entropy_spike', 'entropy_ratio', threshold, model, [
        {'probabilities': probabilities if probabilities is not none else column_name, 'time_column': time_column,
         'reference': reference, 'current': current, 'thresholds': thresholds}
    ]) }}
{% endtest %}

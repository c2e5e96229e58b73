{#
  Mean entropy is at most `threshold` times the reference's and has changed by less than `entropy_increase` of ln(classes), or
  is within what noise alone explains.
#}
{% test entropy_stable(
    model, column_name=none, threshold=none, entropy_increase=none, probabilities=none, time_column=none,
    reference=none, current=none, thresholds=none
) %}
    {{ driftql._drift_test('driftql.entropy_stable', 'entropy_spike', 'entropy_ratio', threshold, model, [
        {'probabilities': probabilities if probabilities is not none else column_name, 'time_column': time_column,
         'reference': reference, 'current': current, 'thresholds': thresholds}
    ] + ([{'thresholds': {'entropy_increase': entropy_increase}}] if entropy_increase is not none else [])) }}
{% endtest %}

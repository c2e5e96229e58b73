{#
  The whole check finds no drift. When dbt runs the test, the check is recorded as a hook's is; otherwise dbt writes its SQL.
#}
{% test no_drift(
    model, column_name=none, features=none, categories=none, exclude=none, label=none, reject_label=none,
    probabilities=none, time_column=none, reference=none, current=none, thresholds=none, monitor=none, queue=none, history=none
) %}
    {{ driftql._whole_test(model, column_name, dict(
        kwargs, features=features, categories=categories, exclude=exclude, label=label, reject_label=reject_label,
        probabilities=probabilities, time_column=time_column, reference=reference, current=current, thresholds=thresholds,
        monitor=monitor, queue=queue,
        history=history
    )) }}
{% endtest %}

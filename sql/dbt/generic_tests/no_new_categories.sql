{#
  At most `threshold` of the rows are in categories, or in classes of the label, that the reference does not have, or no more
  than chance explains. Under a column it is about that column alone.
#}
{% test no_new_categories(
    model, column_name=none, threshold=none, categories=none, exclude=none, label=none, time_column=none, reference=none,
    current=none, thresholds=none
) %}
    {{ driftql._drift_test('driftql.no_new_categories', 'new_category', 'new_category', threshold, model, [
        {'categories': categories, 'exclude': exclude, 'label': label, 'time_column': time_column, 'reference': reference,
         'current': current, 'thresholds': thresholds}
    ] + ([{'categories': [column_name], 'features': [], 'exclude': []}] if column_name is not none else []), column_name) }}
{% endtest %}

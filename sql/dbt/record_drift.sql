{#
  Check a model for drift in its post-hook, inside the warehouse, and record what was found:

      post_hook: "{{ driftql.record_drift(time_column='bucket_start_ts', features=['age']) }}"

  As an operation it checks and records any relation: a source, a model or another table of the database:

      dbt run-operation driftql.record_drift --args '{relation: airport.flights, current: {last: 7d}}'

  Each option may also stand under the model's `meta: driftql:` or in `vars: driftql:`; arguments win, then meta.

  1. Choose the windows: of the model's own rows, or of another relation as the reference.
  2. Compute PSI, KS, reject rate, entropy and class mix to the end in SQL.
  3. Decide by effect, and by evidence over all p-values, which are alerts.
  4. Say so in dbt's output: as a warning, or with on_drift or on_not_computed: error as an error.
  5. When all models are built, write the run into the tables, and after an alert the least certain rows into the labeling
     queue (write_runs).

  An error of a hook of the default kind (on_drift: error too) undoes the model, and its check is not recorded. With
  {"sql": ..., "transaction": false} it runs after the model is committed: then on_drift: error fails the run, and the model
  stays, and so do the run's record and the queue's rows.
#}
{% macro record_drift(
    time_column=none, features=none, categories=none, exclude=none, label=none, probabilities=none, confidence=none,
    user=none, time_end=none, schema_version=none, row_id=none, reject_label=none, timezone=none, reference=none, current=none,
    allow_functions=none, thresholds=none, schema=none, on_drift=none, on_not_computed=none, queue=none, history=none,
    monitor=none, bins=none, enabled=none, at_most=none, skip_unchanged=none, relation=none
) %}
    {{ return(driftql._run_hook('record_drift', dict(
        kwargs, time_column=time_column, features=features, categories=categories, exclude=exclude, label=label,
        probabilities=probabilities, confidence=confidence, user=user, time_end=time_end, schema_version=schema_version,
        row_id=row_id,
        reject_label=reject_label, timezone=timezone, reference=reference, current=current,
        allow_functions=allow_functions, thresholds=thresholds, schema=schema, on_drift=on_drift, on_not_computed=on_not_computed,
        queue=queue, history=history, monitor=monitor, bins=bins, enabled=enabled, at_most=at_most,
        skip_unchanged=skip_unchanged, relation=relation
    ))) }}
{% endmacro %}

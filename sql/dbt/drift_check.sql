{#
  The whole check of a model, in a post-hook and in the warehouse:

      post_hook: "{{ driftql.drift_check(time_column='bucket_start_ts', features=['age']) }}"

  Each option may also stand under the model's `meta: driftql:` or in `vars: driftql:`; arguments win, then meta.

  1. windows of the model's own rows (or of another relation as the reference)
  2. PSI, KS, reject rate, entropy and class mix, finished in SQL
  3. effect and evidence over all p-values
  4. the run in the history tables, and after an alert the least certain rows in the labeling queue
  5. a line in dbt's output; with on_drift: error, an error

  A hook of the default kind runs in the model's transaction: what it writes comes with the model or not at all, and an
  error (on_drift: error too) undoes the model, the run and the queue's new rows together. With {"sql": ..., "transaction":
  false} it runs after the model is committed, in one transaction of its own: then on_drift: error fails the run, and the
  model, the run's record and the queue's rows stay.
#}
{% macro drift_check(
    time_column=none, features=none, exclude=none, label=none, probabilities=none, confidence=none, user=none, time_end=none,
    schema_version=none, reject_label=none, reference=none, current=none, thresholds=none, on_drift=none, queue=none,
    history=none, monitor=none, bins=none
) %}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set given = {
        'time_column': time_column, 'features': features, 'exclude': exclude, 'label': label, 'probabilities': probabilities,
        'confidence': confidence, 'user': user, 'time_end': time_end, 'schema_version': schema_version, 'reject_label': reject_label,
        'reference': reference, 'current': current, 'thresholds': thresholds, 'on_drift': on_drift, 'queue': queue,
        'history': history, 'monitor': monitor, 'bins': bins
    } -%}
    {%- do given.update(kwargs) -%}
    {%- set meta = (model['config']['meta'] or {}).get('driftql') or {} -%}
    {%- set settings = driftql.check_settings([
        ["vars: driftql", var('driftql', {})], ["meta: driftql of " ~ this.identifier, meta], ["drift_check of " ~ this.identifier, given]
    ]) -%}
    {%- set monitor = settings['monitor'] or model['name'] -%}
    {%- set moment = modules.datetime.datetime.now(modules.pytz.utc).replace(tzinfo=none) -%}
    {%- set statements = [] -%}
    {%- set hashed = local_md5(invocation_id ~ this ~ moment) -%}
    {%- set run_id = [hashed[:8], hashed[8:12], hashed[12:16], hashed[16:20], hashed[20:]] | join('-') -%}
    {%- set resolved = driftql.resolve_check(settings, this, this.schema ~ '.' ~ this.identifier, statements) -%}
    {%- set report = driftql.check_report(settings, resolved, monitor, run_id, moment, statements) -%}
    {%- set layout = resolved['layout'] -%}
    {%- set queued = settings['queue']['enabled'] and report['alerts'] and layout['user'] is not none and layout['bucket_start'] is not none -%}

    {%- set own_transaction = driftql.is_after_commit() -%}
    {%- if settings['history']['enabled'] or queued -%}
        {%- if own_transaction -%}
            {%- do driftql.open_transaction() -%}
        {%- endif -%}
        {%- do driftql.create_tables(settings, queued) -%}
        {%- do driftql.record_report(settings, report, resolved, moment) if settings['history']['enabled'] -%}
        {%- do driftql.enqueue_drift(settings, resolved, moment) if queued -%}
        {%- do adapter.commit() if own_transaction -%}
    {%- endif -%}

    {%- set line = 'driftql: ' ~ monitor ~ ': ' ~ report['summary'] -%}
    {%- for gap in report['not_computed'] -%}
        {%- do log('driftql: ' ~ monitor ~ ': not computed: ' ~ gap['check'] ~ (' of ' ~ gap['feature'] if gap['feature'] else '') ~ ': ' ~ gap['reason'], info=true) -%}
    {%- endfor -%}
    {%- if report['alerts'] and settings['on_drift'] == 'error' -%}
        {{ exceptions.raise_compiler_error(line) }}
    {%- elif report['alerts'] and settings['on_drift'] == 'warn' -%}
        {%- do exceptions.warn(line) -%}
    {%- else -%}
        {%- do log(line, info=true) -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}


{# Send the least certain rows of the current window to people. #}
{% macro enqueue_drift(settings, resolved, moment) %}
    {%- set layout = resolved['layout'] -%}
    {%- set queue = driftql.history_relation(settings, settings['queue']['table']) -%}
    {%- set start = driftql.utc_of(layout['bucket_start']) -%}
    {%- set end = driftql.utc_of(layout['bucket_end']) if layout['bucket_end'] is not none else driftql.add_seconds(start, 60) -%}
    {%- do driftql.execute_sql(driftql.lock_queue(queue)) -%}
    {%- do driftql.execute_sql(driftql.enqueue(
        queue, resolved['current']['sql'], adapter.quote(layout['user']['name']), start, end,
        driftql.confidence_of(layout) or driftql.as_double('null'), resolved['label'], "'drift'", driftql.moment_value(moment),
        '1 = 1', settings['queue']['limit'])) -%}
    {%- do driftql.execute_sql(driftql.settle_queue(queue)) -%}
{% endmacro %}


{# Open a transaction that adapter.commit() commits. dbt does so where it knows of none. #}
{% macro open_transaction() %}
    {{ return(adapter.dispatch('open_transaction', 'driftql')()) }}
{% endmacro %}

{% macro default__open_transaction() %}
    {%- call statement('driftql_begin', auto_begin=true) -%} select 1 {%- endcall -%}
{% endmacro %}

{#
  Before hooks that run after the commit, dbt's run_hooks commits once more by a statement of its own, and where it had a
  transaction open takes it to be open still: then it opens none. Opening a second one is no error here, but a warning.
  https://www.postgresql.org/docs/current/sql-begin.html
#}
{% macro postgres__open_transaction() %}
    {%- call statement('driftql_begin', auto_begin=true) -%} begin {%- endcall -%}
{% endmacro %}


{# Whether this hook runs after the model's transaction: dbt tells only by the hooks' own settings. #}
{% macro is_after_commit() %}
    {%- set hooks = [] -%}
    {%- for hook in model['config'].get('post-hook') or model['config'].get('post_hook') or [] -%}
        {%- do hooks.append(hook) if 'drift_check' in hook['sql'] -%}
    {%- endfor -%}
    {%- if not hooks -%}
        {%- do hooks.extend(model['config'].get('post-hook') or model['config'].get('post_hook') or []) -%}
    {%- endif -%}
    {%- set kinds = [] -%}
    {%- for hook in hooks -%}
        {%- do kinds.append(hook['transaction'] | default(true)) if hook['transaction'] | default(true) not in kinds -%}
    {%- endfor -%}
    {%- if kinds | length > 1 -%}
        {{ driftql.check_error("some drift_check hooks of " ~ this.identifier ~ " run in the model's transaction and some after it; give all of them the same 'transaction'") }}
    {%- endif -%}
    {{ return(kinds == [false]) }}
{% endmacro %}

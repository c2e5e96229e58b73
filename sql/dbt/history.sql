{#
  The tables that a check writes to, the same as the Python host's: driftql_runs, driftql_metrics and driftql_telemetry,
  and the labeling queue. They are made in the target's schema unless `history` names another.
#}
{% macro history_relation(settings, name) %}
    {%- set place = settings['history'] -%}
    {{ return(api.Relation.create(
        database=place['database'] or target.database, schema=place['schema'] or target.schema, identifier=name, type='table'
    )) }}
{% endmacro %}


{#
  Create the tables that are missing: `dbt run-operation driftql.install`. A post-hook does the same for itself; in a
  project of several threads, `on-run-start: "{{ driftql.install() }}"` keeps two first checks from getting in each
  other's way.
#}
{% macro install() %}
    {%- if execute -%}
        {%- set settings = driftql.check_settings([["vars: driftql", var('driftql', {})]]) -%}
        {#- dbt commits what an operation or hook has written only where it knows of a transaction. -#}
        {%- do driftql.open_transaction() -%}
        {%- do driftql.create_tables(settings, settings['queue']['enabled']) -%}
        {%- do adapter.commit() -%}
        {%- do log('driftql: tables ' ~ settings['history']['prefix'] ~ 'runs, ' ~ settings['history']['prefix'] ~ 'metrics, '
            ~ settings['history']['prefix'] ~ 'telemetry' ~ (' and ' ~ settings['queue']['table'] if settings['queue']['enabled'] else '')
            ~ ' are in ' ~ driftql.history_relation(settings, 'any').schema, info=true) -%}
    {%- endif -%}
{% endmacro %}


{% macro create_tables(settings, with_queue) %}
    {%- set prefix = settings['history']['prefix'] -%}
    {%- set relations = [] -%}
    {%- for name in ('runs', 'metrics', 'telemetry') -%}
        {%- do relations.append(driftql.history_relation(settings, prefix ~ name)) -%}
    {%- endfor -%}
    {%- if settings['history']['schema'] is not none -%}
        {%- do adapter.create_schema(relations[0]) -%}
    {%- endif -%}
    {%- do driftql.execute_sql(driftql.lock_install()) -%}
    {%- for sql in driftql.create_history(relations[0], relations[1], relations[2]) -%}
        {%- do driftql.execute_sql(sql) -%}
    {%- endfor -%}
    {%- do driftql.refuse_foreign(relations[0], ('run_id', 'host', 'monitor', 'recorded_at', 'reference_source', 'current_source',
        'reference_rows', 'current_rows', 'alerts', 'critical_alerts', 'not_computed', 'summary', 'report'), 'a history table') -%}
    {%- do driftql.refuse_foreign(relations[1], ('run_id', 'recorded_at', 'monitor', 'window_role', 'feature', 'metric', 'value', 'threshold', 'flagged'), 'a history table') -%}
    {%- do driftql.refuse_foreign(relations[2], ('run_id', 'recorded_at', 'monitor', 'user_id', 'window_start', 'window_end', 'total_windows',
        'confidence_mean', 'reject_rate', 'mean_entropy', 'schema_version', 'feature_missingness', 'class_distribution'), 'a history table') -%}
    {%- if with_queue -%}
        {%- set queue = driftql.history_relation(settings, settings['queue']['table']) -%}
        {%- do driftql.execute_sql(driftql.create_queue(queue)) -%}
        {%- do driftql.execute_sql(driftql.create_queue_rule(queue, adapter.quote(settings['queue']['table'] ~ '_one_pending'))) -%}
        {%- do driftql.refuse_foreign(queue, ('request_id', 'user_id', 'bucket_start_ts', 'bucket_end_ts', 'reason', 'confidence',
            'predicted_label', 'created_at', 'updated_at', 'status'), 'a labeling queue') -%}
    {%- endif -%}
{% endmacro %}


{# Two connections that create the same table at once: '' where the engine sorts that out itself. #}
{% macro lock_install() %}
    {{ return(adapter.dispatch('lock_install', 'driftql')()) }}
{% endmacro %}

{% macro default__lock_install() %}
    {{ return('') }}
{% endmacro %}

{# "if not exists" does not keep two transactions from creating the same name: the second fails.
   https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS #}
{% macro postgres__lock_install() %}
    {{ return('select pg_advisory_xact_lock(7406837)') }}
{% endmacro %}

{# It has no such locks. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html #}
{% macro redshift__lock_install() %}
    {{ return('') }}
{% endmacro %}


{% macro refuse_foreign(relation, wanted, what) %}
    {%- set there = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- set missing = wanted | reject('in', there) | list -%}
    {%- if missing -%}
        {{ driftql.check_error("the table " ~ relation ~ " is not " ~ what ~ " of driftql: it lacks the columns " ~ missing | join(', ') ~ "; name another with history.prefix or queue.table") }}
    {%- endif -%}
{% endmacro %}


{# Append a report to the history tables. #}
{% macro record_report(settings, report, resolved, moment) %}
    {%- set prefix = settings['history']['prefix'] -%}
    {%- set rules = settings['thresholds'] -%}
    {%- set critical = report['alerts'] | selectattr('severity', 'equalto', 'critical') | list | length -%}
    {%- do driftql.insert_history(driftql.history_relation(settings, prefix ~ 'runs'),
        ['run_id', 'host', 'monitor', 'recorded_at', 'reference_source', 'current_source', 'reference_rows', 'current_rows', 'alerts',
         'critical_alerts', 'not_computed', 'summary', 'report'],
        [[report['run_id'], 'dbt', report['monitor'], moment, driftql.window_words(resolved['reference']), driftql.window_words(resolved['current']),
          report['reference']['rows'], report['current']['rows'], report['alerts'] | length, critical, report['not_computed'] | length,
          report['summary'], driftql.json_of(report)]]) -%}
    {%- set rows = [] -%}
    {%- for metric in driftql.metrics_of(report, rules) -%}
        {%- do rows.append([report['run_id'], moment, report['monitor']] + metric) -%}
    {%- endfor -%}
    {%- do driftql.insert_history(driftql.history_relation(settings, prefix ~ 'metrics'),
        ['run_id', 'recorded_at', 'monitor', 'window_role', 'feature', 'metric', 'value', 'threshold', 'flagged'], rows) -%}
    {%- set snapshot = report['telemetry_snapshot'] -%}
    {%- set confidence = snapshot['confidence_stats'] or {} -%}
    {%- set times = [] -%}
    {%- for name in ('window_start', 'window_end') -%}
        {%- do times.append(driftql.parse_moment(snapshot[name] | replace('T', ' '), name) if snapshot[name] is not none else none) -%}
    {%- endfor -%}
    {%- do driftql.insert_history(driftql.history_relation(settings, prefix ~ 'telemetry'),
        ['run_id', 'recorded_at', 'monitor', 'user_id', 'window_start', 'window_end', 'total_windows', 'confidence_mean', 'confidence_median',
         'confidence_p5', 'confidence_p95', 'confidence_std', 'reject_rate', 'mean_entropy', 'schema_version', 'feature_missingness', 'class_distribution'],
        [[report['run_id'], moment, report['monitor'], none, times[0], times[1], snapshot['total_windows'],
          confidence.get('mean'), confidence.get('median'), confidence.get('p5'), confidence.get('p95'), confidence.get('std'),
          snapshot['reject_rate'], snapshot['mean_entropy'], snapshot['schema_version'],
          driftql.json_of(snapshot['feature_missingness']), driftql.json_of(snapshot['class_distribution'])]]) -%}
{% endmacro %}


{% macro insert_history(relation, columns, rows) %}
    {%- for chunk in rows | batch(500) -%}
        {%- set values = [] -%}
        {%- for row in chunk -%}
            {%- set literals = [] -%}
            {%- for value in row -%}
                {%- do literals.append(driftql.history_value(value) | trim) -%}
            {%- endfor -%}
            {%- do values.append(literals) -%}
        {%- endfor -%}
        {%- do driftql.execute_sql(driftql.insert_rows(relation, columns, values)) -%}
    {%- endfor -%}
{% endmacro %}


{# JSON, or an error: dbt's tojson gives nothing where it meets a value that JSON has not. #}
{% macro json_of(value) %}
    {%- set text = tojson(value, '') -%}
    {%- if not text -%}
        {{ driftql.check_error('the report cannot be written as JSON; this is a defect of driftql') }}
    {%- endif -%}
    {{ return(text) }}
{% endmacro %}


{# Every number of a report: window, feature, metric, value, threshold, flagged. #}
{% macro metrics_of(report, rules) %}
    {%- set found = [] -%}
    {%- set line = report['evidence_cutoff'] -%}
    {%- set flagged = [] -%}
    {%- for alert in report['alerts'] -%}
        {%- do flagged.append([alert['trigger'], alert['affected_features'][0] if alert['affected_features'] else none]) -%}
    {%- endfor -%}
    {%- for side in (report['reference'], report['current']) -%}
        {%- do found.append([side['role'], none, 'rows', side['rows'], none, none]) -%}
    {%- endfor -%}
    {%- for result in (report['feature_report'] or {'results': []})['results'] -%}
        {%- set name = result['feature'] -%}
        {%- do found.extend([
            ['comparison', name, 'psi', result['psi'], rules['psi'], ['feature_psi', name] in flagged],
            ['comparison', name, 'psi_p_value', result['psi_p_value'], line, none],
            ['comparison', name, 'ks_statistic', result['ks_statistic'], rules['ks'] if rules['evidence'] else none, ['feature_ks', name] in flagged],
            ['comparison', name, 'ks_p_value', result['ks_p_value'], line, none]
        ]) -%}
        {%- for role, short in [['reference', 'ref'], ['current', 'cur']] -%}
            {%- set rows = report[role]['rows'] -%}
            {%- do found.extend([
                [role, name, 'missing_rate', result[short ~ '_missing'] / rows if rows else none, none, none],
                [role, name, 'non_finite_rate', result[short ~ '_non_finite'] / rows if rows else none, none, none]
            ]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set reject, entropy, classes = report['reject_rate_drift'], report['entropy_drift'], report['class_shift'] -%}
    {%- if reject is not none -%}
        {%- do found.extend([
            ['reference', none, 'reject_rate', reject['ref_rate'], none, none],
            ['current', none, 'reject_rate', reject['cur_rate'], none, none],
            ['comparison', none, 'reject_rate_increase', reject['increase'], rules['reject_rate_increase'], reject['is_flagged']],
            ['comparison', none, 'reject_rate_p_value', reject['p_value'], line, none]
        ]) -%}
    {%- endif -%}
    {%- if entropy is not none -%}
        {%- do found.extend([
            ['reference', none, 'mean_entropy', entropy['ref_mean_entropy'], none, none],
            ['current', none, 'mean_entropy', entropy['cur_mean_entropy'], none, none],
            ['comparison', none, 'entropy_ratio', entropy['ratio'], rules['entropy_ratio'], entropy['is_flagged']],
            ['comparison', none, 'entropy_p_value', entropy['p_value'], line, none]
        ]) -%}
    {%- endif -%}
    {%- if classes is not none -%}
        {%- for role, shares in [['reference', classes['ref_dist']], ['current', classes['cur_dist']]] -%}
            {%- for label, share in shares.items() -%}
                {%- do found.append([role, label, 'class_share', share, none, none]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- do found.extend([
            ['comparison', none, 'class_shift', classes['max_shift'], rules['class_shift'], classes['is_flagged']],
            ['comparison', none, 'class_shift_p_value', classes['p_value'], line, none]
        ]) -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

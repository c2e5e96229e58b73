{#
  Run the check. Returns a dictionary of `report` (with the fields of Python's DriftReport) and `findings` (see _judge).

  1. how many rows each window holds, and from when to when
  2. the numbers: PSI and KS of each feature; reject rate, entropy and class mix
  3. effect and evidence: which of them are alerts
  4. what the current window looked like
#}
{% macro _make_report(settings, resolved, monitor, run_id, moment, statements) %}
    {%- set layout = resolved['layout'] -%}
    {%- do driftql._keep_one_check(settings.get('only'), resolved) -%}
    {%- set now = driftql._iso_text(moment) ~ 'Z' -%}
    {%- set windows, profiles = driftql._profile_windows(resolved, statements) -%}

    {%- set found = {
        'checks': [], 'results': [], 'reject_rate': none, 'entropy': none, 'classes': none, 'label_rows': [],
        'warnings': resolved['warnings'] | list, 'notes': [], 'missing': []
    } -%}
    {%- set empty = [] -%}
    {%- for window in windows if not window['rows'] -%}
        {%- do empty.append(
            'the ' ~ window['role'] ~ ' window (' ~ driftql._describe_window(resolved[window['role']]) ~ ') holds no rows'
        ) -%}
    {%- endfor -%}
    {%- set applicable = (['feature_psi'] if layout['features'] or layout['categories'] else [])
        + (['feature_ks'] if layout['features'] else [])
        + (['new_category'] if layout['categories'] else [])
        + (['reject_rate_increase', 'class_shift'] if layout['label'] is not none else [])
        + (['entropy_spike'] if layout['probabilities'] else []) -%}
    {%- if empty -%}
        {%- for check in applicable -%}
            {%- do found['checks'].append(driftql._check_row(check, none, none, none, empty | join(' and '))) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do driftql._measure_features(settings, resolved, found, statements) -%}
        {%- do driftql._measure_categories(settings, resolved, found, statements) -%}
        {%- do driftql._measure_labels(settings, resolved, found, statements) -%}
        {%- do driftql._measure_missing(settings, resolved, found, profiles, statements) -%}
    {%- endif -%}
    {%- do driftql._warn_of_timeless(resolved, found, statements) -%}
    {%- for name, reason in layout['unusable'] -%}
        {%- for check in ('feature_psi', 'feature_ks') -%}
            {%- do found['checks'].append(driftql._check_row(check, name, none, none, reason)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for name, reason in layout['lost_categories'] -%}
        {%- for check in ('feature_psi', 'new_category') -%}
            {%- do found['checks'].append(driftql._check_row(check, name, none, none, reason)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for check, reason in layout['lost'] -%}
        {%- do found['checks'].append(driftql._check_row(check, none, none, none, reason)) -%}
    {%- endfor -%}
    {%- if not applicable and not layout['unusable'] and not layout['lost_categories'] and not layout['lost'] -%}
        {%- set reason = 'there is no numeric column to check, no column of categories, no label and no probabilities' -%}
        {%- do found['checks'].append(driftql._check_row('features', none, none, none, reason)) -%}
    {%- endif -%}

    {%- do driftql._keep_one_result(settings.get('only'), found) -%}
    {%- set verdict = driftql._judge(settings, resolved, found, now, statements) -%}
    {%- do driftql._warn_of_missing(found) -%}
    {%- if verdict['alerts'] and layout['user'] is not none -%}
        {%- do found['warnings'].append(driftql._no_users()) -%}
    {%- endif -%}
    {%- set snapshot = driftql._take_snapshot(settings, resolved, found, windows[1], profiles[1], now, statements) -%}

    {%- set results = found['results'] -%}
    {%- set flagged = results | selectattr('is_drifted') | map(attribute='feature') | list -%}
    {%- set report = {
        'run_id': run_id,
        'monitor': monitor,
        'engine': target.type,
        'host': 'dbt',
        'timestamp': now,
        'alerts': verdict['alerts'],
        'feature_report': {'results': results, 'flagged_features': flagged, 'timestamp': now} if results else none,
        'reject_rate_drift': found['reject_rate'],
        'entropy_drift': found['entropy'],
        'class_shift': found['classes'],
        'missing_values': found['missing'] | map(attribute='result') | list,
        'schema_change': driftql._schema_result(layout['changes']) if not settings.get('only') else none,
        'telemetry_snapshot': snapshot,
        'summary': driftql._summarize(found, verdict),
        'any_critical': verdict['alerts'] | selectattr('severity', 'equalto', 'critical') | list | length > 0,
        'reference': windows[0],
        'current': windows[1],
        'config': driftql._describe_options(settings, layout),
        'evidence_cutoff': verdict['evidence_cutoff'],
        'not_computed': verdict['not_computed'],
        'columns_left_out': layout['left_out'],
        'warnings': layout['warnings'] + found['warnings'],
        'notes': found['notes'] + (driftql._not_judged() if settings.get('only') is none else []),
        'statements': statements
    } -%}
    {{ return({'report': report, 'findings': verdict['findings']}) }}
{% endmacro %}


{# Warn of the rows that no window by time holds, because they have no time. #}
{% macro _warn_of_timeless(resolved, found, statements) %}
    {%- set timeless = driftql._timeless(resolved) -%}
    {%- if timeless -%}
        {%- set query = 'select row_count from ' ~ timeless[1] ~ ' as counted' -%}
        {%- set count = driftql._fetch_rows(query, statements, 'rows_without_time')[0]['row_count'] -%}
        {%- if count -%}
            {%- do found['warnings'].append(
                '{:,}'.format(count) ~ " rows have no time in '" ~ resolved['layout']['bucket_start']['name']
                ~ "' and are in neither window"
            ) -%}
            {%- do found['notes'].append(
                'missing values of ' ~ resolved['layout']['bucket_start']['name'] ~ ': windows by time hold no row without a '
                ~ 'time, so the shares cannot be compared'
            ) if found['missing'] -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

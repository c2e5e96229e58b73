{#
  Run the check and return its report: a dictionary with the fields of Python's DriftReport.

  1. how many rows each window holds, and from when to when
  2. the numbers: PSI and KS of each feature; reject rate, entropy and class mix
  3. effect and evidence: which of them are alerts
  4. what the current window looked like
#}
{% macro _make_report(settings, resolved, monitor, run_id, moment, statements) %}
    {%- set layout = resolved['layout'] -%}
    {%- set now = driftql._iso_text(moment) ~ 'Z' -%}
    {%- set windows, profiles = driftql._profile_windows(resolved, statements) -%}

    {%- set found = {
        'checks': [], 'results': [], 'reject_rate': none, 'entropy': none, 'classes': none, 'label_rows': [],
        'warnings': resolved['warnings'] | list, 'notes': []
    } -%}
    {%- set empty = [] -%}
    {%- for window in windows if not window['rows'] -%}
        {%- do empty.append(
            'the ' ~ window['role'] ~ ' window (' ~ driftql._describe_window(resolved[window['role']]) ~ ') holds no rows'
        ) -%}
    {%- endfor -%}
    {%- set applicable = (['feature_psi', 'feature_ks'] if layout['features'] else [])
        + (['reject_rate_increase', 'class_shift'] if layout['label'] is not none else [])
        + (['entropy_spike'] if layout['probabilities'] else []) -%}
    {%- if empty -%}
        {%- for check in applicable -%}
            {%- do found['checks'].append(driftql._check_row(check, none, none, none, empty | join(' and '))) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do driftql._measure_features(settings, resolved, found, statements) -%}
        {%- do driftql._measure_labels(settings, resolved, found, statements) -%}
    {%- endif -%}
    {%- do driftql._warn_of_timeless(resolved, found, statements) -%}
    {%- for name, reason in layout['unusable'] -%}
        {%- for check in ('feature_psi', 'feature_ks') -%}
            {%- do found['checks'].append(driftql._check_row(check, name, none, none, reason)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for check, reason in layout['lost'] -%}
        {%- do found['checks'].append(driftql._check_row(check, none, none, none, reason)) -%}
    {%- endfor -%}
    {%- if not applicable and not layout['unusable'] and not layout['lost'] -%}
        {%- set reason = 'there is no numeric column to check, no label and no probabilities' -%}
        {%- do found['checks'].append(driftql._check_row('features', none, none, none, reason)) -%}
    {%- endif -%}

    {%- set verdict = driftql._judge(settings, resolved, found, now, statements) -%}
    {%- if verdict['alerts'] and layout['user'] is not none -%}
        {%- do found['warnings'].append(driftql._no_users()) -%}
    {%- endif -%}
    {%- set snapshot = driftql._take_snapshot(settings, resolved, found, windows[1], profiles[1], now, statements) -%}

    {%- set results = found['results'] -%}
    {%- set flagged = results | selectattr('is_drifted') | map(attribute='feature') | list -%}
    {%- set columns = {} -%}
    {%- for role in ('user', 'bucket_start', 'bucket_end', 'label', 'confidence', 'schema_version') -%}
        {%- do columns.update({role: layout[role]['name'] if layout[role] is not none else none}) -%}
    {%- endfor -%}
    {%- do columns.update({
        'probabilities': layout['probabilities'] | map(attribute='name') | list,
        'reject_label': settings['reject_label']
    }) -%}
    {{ return({
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
        'telemetry_snapshot': snapshot,
        'summary': driftql._summarize(found, verdict),
        'any_critical': verdict['alerts'] | selectattr('severity', 'equalto', 'critical') | list | length > 0,
        'reference': windows[0],
        'current': windows[1],
        'config': {
            'columns': columns,
            'features': layout['features'] | selectattr('role', 'equalto', 'feature') | map(attribute='name') | list,
            'features_not_chosen': layout['not_chosen'],
            'thresholds': settings['thresholds']
        },
        'evidence_cutoff': verdict['evidence_cutoff'],
        'not_computed': verdict['not_computed'],
        'columns_left_out': layout['left_out'],
        'warnings': layout['warnings'] + found['warnings'],
        'notes': found['notes'],
        'statements': statements
    }) }}
{% endmacro %}


{# Count the rows of both windows. Returns what the report says of each window, and the rows of window_profile. #}
{% macro _profile_windows(resolved, statements) %}
    {%- set layout = resolved['layout'] -%}
    {%- set start = driftql._utc_time(layout['bucket_start']) if layout['bucket_start'] is not none else 'null' -%}
    {%- set version = driftql._quote(layout['schema_version']['name']) if layout['schema_version'] is not none else 'null' -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set query = driftql.window_profile(ref, cur, [], start, version, 0) -%}
    {%- set profiles = driftql._fetch_rows(query, statements, 'window_profile') -%}
    {%- set windows = [] -%}
    {%- for window in (resolved['reference'], resolved['current']) -%}
        {%- set profile = profiles[loop.index0] -%}
        {%- set counted = {
            'role': window['role'],
            'source': window['source'],
            'filter': window['filter'],
            'start': driftql._iso_text(window['start']),
            'end': driftql._iso_text(window['end']),
            'rows': profile['row_count']
        } -%}
        {%- for name in ('first_bucket', 'last_bucket') -%}
            {%- set time = profile[name] -%}
            {%- do counted.update({name: driftql._iso_text(driftql._parse_moment(time, name)) if time is not none else none}) -%}
        {%- endfor -%}
        {%- do windows.append(counted) -%}
    {%- endfor -%}
    {{ return([windows, profiles]) }}
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
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

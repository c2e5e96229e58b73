{# List what a report appends to the tables of runs, metrics and telemetry: pairs of a table and its rows. #}
{% macro _list_records(entry) %}
    {%- set settings, report, resolved, moment = entry['settings'], entry['report'], entry['resolved'], entry['moment'] -%}
    {%- set records = [] -%}
    {%- set prefix = settings['history']['prefix'] -%}
    {%- set times = driftql._window_times(report, resolved) -%}
    {%- do records.append([driftql._own_table(settings, prefix ~ 'runs'), [{
        'run_id': report['run_id'],
        'host': 'dbt',
        'monitor': report['monitor'],
        'recorded_at': moment,
        'reference_source': driftql._describe_window(resolved['reference']),
        'current_source': driftql._describe_window(resolved['current']),
        'reference_rows': report['reference']['rows'],
        'current_rows': report['current']['rows'],
        'alerts': report['alerts'] | length,
        'critical_alerts': report['alerts'] | selectattr('severity', 'equalto', 'critical') | list | length,
        'not_computed': report['not_computed'] | length,
        'summary': report['summary'],
        'report': driftql._json_text(report),
        'reference_start': times['reference_start'],
        'reference_end': times['reference_end'],
        'current_start': times['current_start'],
        'current_end': times['current_end'],
        'invocation_id': invocation_id,
        'node_id': entry['node_id'],
        'dbt_target': target.name,
        'columns_left_out': driftql._json_text(report['columns_left_out']),
        'warnings': driftql._json_text(report['warnings']),
        'notes': driftql._json_text(report['notes'])
    }]]) -%}

    {%- set rows = [] -%}
    {%- for role, feature, metric, value, threshold, flagged in driftql._list_metrics(report, settings['thresholds']) -%}
        {%- do rows.append({
            'run_id': report['run_id'],
            'recorded_at': moment,
            'monitor': report['monitor'],
            'window_role': role,
            'feature': feature,
            'metric': metric,
            'value': value,
            'threshold': threshold,
            'flagged': flagged,
            'reference_start': times['reference_start'],
            'reference_end': times['reference_end'],
            'current_start': times['current_start'],
            'current_end': times['current_end']
        }) -%}
    {%- endfor -%}
    {%- do records.append([driftql._own_table(settings, prefix ~ 'metrics'), rows]) -%}

    {%- set snapshot = report['telemetry_snapshot'] -%}
    {%- set confidence = snapshot['confidence_stats'] or {} -%}
    {%- set found = {'window_start': none, 'window_end': none} -%}
    {%- for name in ('window_start', 'window_end') if snapshot[name] is not none -%}
        {%- do found.update({name: driftql._parse_moment(snapshot[name], name)}) -%}
    {%- endfor -%}
    {%- do records.append([driftql._own_table(settings, prefix ~ 'telemetry'), [{
        'run_id': report['run_id'],
        'recorded_at': moment,
        'monitor': report['monitor'],
        'user_id': none,
        'window_start': found['window_start'],
        'window_end': found['window_end'],
        'total_windows': snapshot['total_windows'],
        'confidence_mean': confidence.get('mean'),
        'confidence_median': confidence.get('median'),
        'confidence_p5': confidence.get('p5'),
        'confidence_p95': confidence.get('p95'),
        'confidence_std': confidence.get('std'),
        'reject_rate': snapshot['reject_rate'],
        'mean_entropy': snapshot['mean_entropy'],
        'schema_version': snapshot['schema_version'],
        'feature_missingness': driftql._json_text(snapshot['feature_missingness']),
        'class_distribution': driftql._json_text(snapshot['class_distribution'])
    }]]) -%}
    {{ return(records) }}
{% endmacro %}


{# Return when the windows began and ended; where they have no limits, when their rows did. #}
{% macro _window_times(report, resolved) %}
    {%- set times = {} -%}
    {%- for role in ('reference', 'current') -%}
        {%- for end, bucket in [['start', 'first_bucket'], ['end', 'last_bucket']] -%}
            {%- set moment = resolved[role][end] -%}
            {%- if moment is none and report[role][bucket] is not none -%}
                {%- set moment = driftql._parse_moment(report[role][bucket], role ~ '.' ~ bucket) -%}
            {%- endif -%}
            {%- do times.update({role ~ '_' ~ end: moment}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(times) }}
{% endmacro %}


{# Write a value as JSON. dbt's tojson returns nothing where JSON cannot hold a value, and that must not go unnoticed. #}
{% macro _json_text(value) %}
    {%- set text = tojson(value, '') -%}
    {%- if not text -%}
        {{ driftql._raise_error('the report cannot be written as JSON; this is a defect of driftql') }}
    {%- endif -%}
    {{ return(text) }}
{% endmacro %}

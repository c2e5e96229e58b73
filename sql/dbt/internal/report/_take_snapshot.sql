{#
  Return what the current window looked like, drifted or not.

  window, profile  what the report says of the current window, and its row of window_profile
#}
{% macro _take_snapshot(settings, resolved, found, window, profile, now, statements) %}
    {%- set snapshot = {
        'timestamp': now, 'user_id': none, 'window_start': window['first_bucket'], 'window_end': window['last_bucket'],
        'total_windows': window['rows'], 'feature_missingness': {}, 'confidence_stats': none, 'reject_rate': none,
        'mean_entropy': none, 'class_distribution': {}, 'schema_version': none
    } -%}
    {%- if not window['rows'] -%}
        {{ return(snapshot) }}
    {%- endif -%}
    {%- set version = profile['first_version'] -%}
    {%- if version is not none and version != profile['last_version'] -%}
        {%- set span = version ~ ' to ' ~ profile['last_version'] -%}
        {%- do found['warnings'].append('the current window mixes schema versions, from ' ~ span) -%}
        {%- set version = 'mixed: ' ~ span -%}
    {%- endif -%}
    {%- do snapshot.update({'schema_version': version | string if version is not none else none}) -%}
    {%- for result in found['results'] -%}
        {%- set present = window['rows'] - result['cur_missing'] -%}
        {%- do snapshot['feature_missingness'].update({result['feature']: 1 - present / window['rows']}) -%}
    {%- endfor -%}
    {%- do snapshot.update({'confidence_stats': driftql._measure_confidence(resolved, statements)}) -%}
    {%- set rows = found['label_rows'] | selectattr('is_current', 'equalto', 1) | list -%}
    {%- set labeled = rows | rejectattr('label', 'none') | map(attribute='label_rows') | sum -%}
    {%- for row in rows | rejectattr('label', 'none') | sort(attribute='label', case_sensitive=true) -%}
        {%- do snapshot['class_distribution'].update({row['label']: row['label_rows'] / labeled}) -%}
    {%- endfor -%}
    {%- if labeled -%}
        {%- do snapshot.update({'reject_rate': snapshot['class_distribution'].get(settings['reject_label'], 0) | float}) -%}
    {%- endif -%}
    {%- set scored = {'rows': 0, 'sum': 0.0} -%}
    {%- for row in rows if row['entropy_rows'] -%}
        {%- do scored.update({
            'rows': scored['rows'] + row['entropy_rows'],
            'sum': scored['sum'] + row['entropy_rows'] * row['entropy_mean']
        }) -%}
    {%- endfor -%}
    {%- if scored['rows'] -%}
        {%- do snapshot.update({'mean_entropy': scored['sum'] / scored['rows']}) -%}
    {%- endif -%}
    {{ return(snapshot) }}
{% endmacro %}


{# Return mean, quantiles and standard deviation of the current window's confidence; none where no row has one. #}
{% macro _measure_confidence(resolved, statements) %}
    {%- set confidence = driftql._confidence(resolved['layout']) -%}
    {%- if not confidence -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query = driftql.confidence_profile(resolved['current']['sql'], confidence) -%}
    {%- set row = driftql._fetch_rows(query, statements, 'confidence_profile')[0] -%}
    {%- if not row['confidence_rows'] -%}
        {{ return(none) }}
    {%- endif -%}
    {#- Some engines return an array as JSON. -#}
    {%- set quantiles = row['confidence_quantiles'] -%}
    {%- set quantiles = fromjson(quantiles) if quantiles is string else quantiles -%}
    {{ return({
        'mean': row['confidence_mean'],
        'median': quantiles[1] | float,
        'p5': quantiles[0] | float,
        'p95': quantiles[2] | float,
        'std': row['confidence_deviation']
    }) }}
{% endmacro %}

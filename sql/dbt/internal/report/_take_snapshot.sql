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
    {%- do snapshot.update({'confidence_stats': driftql._measure_confidence(resolved, found, statements)}) -%}
    {%- set rows = found['label_rows'] | selectattr('is_current', 'equalto', 1) | list -%}
    {%- set labeled = rows | rejectattr('label', 'none') | map(attribute='label_rows') | sum -%}
    {%- for row in rows | rejectattr('label', 'none') | sort(attribute='label', case_sensitive=true) -%}
        {%- do snapshot['class_distribution'].update({row['label']: row['label_rows'] / labeled}) -%}
    {%- endfor -%}
    {%- if labeled -%}
        {%- set rejected = resolved['reject_label'] | string -%}
        {%- do snapshot.update({'reject_rate': snapshot['class_distribution'].get(rejected, 0) | float}) -%}
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
{% macro _measure_confidence(resolved, found, statements) %}
    {%- set confidence = driftql._confidence(resolved['layout']) -%}
    {%- if not confidence -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set query = driftql.confidence_profile(resolved['current']['sql'], confidence) -%}
    {%- set row = driftql._fetch_rows(query, statements, 'confidence_profile')[0] -%}
    {%- if resolved['layout']['confidence'] is not none -%}
        {%- set labels = found['label_rows'] | rejectattr('label', 'none') | map(attribute='label') | unique(true) | list -%}
        {%- set name = resolved['layout']['confidence']['name'] -%}
        {%- do found['warnings'].extend(driftql._warn_of_confidence(name, row, labels | length)) -%}
    {%- endif -%}
    {%- if not row['confidence_rows'] -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set quantiles = driftql._quantiles_of(row) -%}
    {{ return({
        'mean': row['confidence_mean'],
        'median': quantiles[1] | float,
        'p5': quantiles[0] | float,
        'p95': quantiles[2] | float,
        'std': row['confidence_deviation']
    }) }}
{% endmacro %}


{# Return the quantiles 0.05, 0.5 and 0.95 of a row of confidence_profile: some engines return an array as JSON. #}
{% macro _quantiles_of(row) %}
    {%- set quantiles = row['confidence_quantiles'] -%}
    {{ return(fromjson(quantiles) if quantiles is string else quantiles) }}
{% endmacro %}


{#
  Return a sentence for each thing by which a confidence shows that it is none.

  name     its column
  row      the row of confidence_profile
  classes  how many labels there are in both windows; 0 where there is no label
#}
{% macro _warn_of_confidence(name, row, classes) %}
    {%- set sentences = [] -%}
    {%- set subject, rows = "the confidence '" ~ name ~ "'", '{:,}'.format(row['row_count']) -%}
    {%- set missing = row['row_count'] - row['confidence_rows'] -%}
    {%- if missing -%}
        {%- do sentences.append(subject ~ ' is missing in ' ~ '{:,}'.format(missing) ~ ' of ' ~ rows ~ ' current rows') -%}
    {%- endif -%}
    {%- if not row['confidence_rows'] -%}
        {{ return(sentences) }}
    {%- endif -%}
    {%- set quantiles = driftql._quantiles_of(row) -%}
    {%- set p5, median = quantiles[0] | float, quantiles[1] | float -%}
    {%- if row['outside_rows'] -%}
        {%- set advice = '; if it is a percentage, divide it by 100 in a view' if 1 < median <= 100 else '' -%}
        {%- do sentences.append(
            subject ~ ' is outside [0, 1] in ' ~ '{:,}'.format(row['outside_rows'] | int) ~ ' of ' ~ rows ~ ' current rows'
            ~ advice
        ) -%}
    {%- endif -%}
    {%- set least = 1 / ([2, classes or 10] | max) -%}
    {%- if p5 < least -%}
        {%- set known = ([2, classes] | max) ~ '' if classes else '10 or fewer' -%}
        {%- do sentences.append(
            subject ~ ' is below ' ~ '{:.2g}'.format(least) ~ ' in 5 % of the current rows or more, which the largest '
            ~ 'probability of ' ~ known ~ ' classes cannot be: if it is the probability of the positive class, name it as '
            ~ "'probabilities' instead of 'confidence'"
        ) -%}
    {%- endif -%}
    {{ return(sentences) }}
{% endmacro %}

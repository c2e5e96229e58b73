{#
  From windows to a report: the same fields as the Python host's DriftReport, as a dictionary.
#}
{% macro check_report(settings, resolved, monitor, run_id, moment, statements) %}
    {%- set rules = settings['thresholds'] -%}
    {%- set layout = resolved['layout'] -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set now = driftql.iso_of(moment) ~ 'Z' -%}
    {%- set verdict = {'alerts': [], 'not_computed': [], 'warnings': [], 'p_values': [], 'results': [], 'reject': none, 'entropy': none, 'classes': none} -%}

    {#- 1. rows and time ranges -#}
    {%- set start = driftql.utc_of(layout['bucket_start']) if layout['bucket_start'] is not none else 'null' -%}
    {%- set version = adapter.quote(layout['schema_version']['name']) if layout['schema_version'] is not none else 'null' -%}
    {%- set profiles = driftql.rows_of(driftql.window_profile(ref, cur, [], start, version, 0), statements, 'window_profile') -%}
    {%- set windows = [] -%}
    {%- for window in (resolved['reference'], resolved['current']) -%}
        {%- set profile = profiles[loop.index0] -%}
        {%- do windows.append({
            'role': window['role'],
            'source': window['source'],
            'filter': window['filter'],
            'start': driftql.iso_of(window['start']),
            'end': driftql.iso_of(window['end']),
            'rows': profile['row_count'],
            'first_bucket': driftql.iso_of(driftql.parse_moment(profile['first_bucket'], 'first_bucket')) if profile['first_bucket'] is not none else none,
            'last_bucket': driftql.iso_of(driftql.parse_moment(profile['last_bucket'], 'last_bucket')) if profile['last_bucket'] is not none else none
        }) -%}
    {%- endfor -%}

    {#- 2. the numbers -#}
    {%- set empty = [] -%}
    {%- for window in windows if not window['rows'] -%}
        {%- do empty.append('the ' ~ window['role'] ~ ' window (' ~ driftql.window_words(resolved[window['role']]) ~ ') holds no rows') -%}
    {%- endfor -%}
    {%- set label_rows = [] -%}
    {%- if empty -%}
        {%- set applicable = (['feature_psi', 'feature_ks'] if layout['features'] else [])
            + (['reject_rate_increase', 'class_shift'] if layout['label'] is not none else [])
            + (['entropy_spike'] if layout['probabilities'] else []) -%}
        {%- for check in applicable -%}
            {%- do verdict['not_computed'].append({'check': check, 'feature': none, 'reason': empty | join(' and ')}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- do driftql.measure_features(settings, resolved, verdict, statements) -%}
        {%- if layout['label'] is not none or layout['probabilities'] -%}
            {%- do label_rows.extend(driftql.measure_labels(settings, resolved, verdict, statements)) -%}
        {%- endif -%}
    {%- endif -%}
    {%- for name, reason in layout['unusable'] -%}
        {%- do verdict['not_computed'].append({'check': 'feature_psi', 'feature': name, 'reason': reason}) -%}
    {%- endfor -%}
    {%- if not layout['features'] and layout['label'] is none and not layout['probabilities'] -%}
        {%- do verdict['not_computed'].append({'check': 'features', 'feature': none, 'reason': 'the table has no numeric column to check, no label and no probabilities'}) -%}
    {%- endif -%}

    {#- 3. effect and evidence -#}
    {%- do driftql.weigh(settings, verdict, now) -%}

    {%- if verdict['alerts'] and layout['user'] is not none -%}
        {%- do verdict['warnings'].append("dbt names no affected users: 'driftql check' on the same rows does") -%}
        {%- for alert in verdict['alerts'] -%}
            {%- do alert['details'].update({'affected_users': none}) -%}
        {%- endfor -%}
    {%- endif -%}

    {#- 4. what the current window looked like -#}
    {%- set telemetry = driftql.telemetry_of(settings, resolved, verdict, windows[1], profiles[1], label_rows, now, statements) -%}

    {%- set flagged = [] -%}
    {%- for result in verdict['results'] if result['is_drifted'] -%}
        {%- do flagged.append(result['feature']) -%}
    {%- endfor -%}
    {%- set columns = {} -%}
    {%- for role in ('user', 'bucket_start', 'bucket_end', 'label', 'confidence', 'schema_version') -%}
        {%- do columns.update({role: layout[role]['name'] if layout[role] is not none else none}) -%}
    {%- endfor -%}
    {%- do columns.update({'probabilities': layout['probabilities'] | map(attribute='name') | list, 'reject_label': settings['reject_label']}) -%}
    {{ return({
        'run_id': run_id,
        'monitor': monitor,
        'engine': target.type,
        'host': 'dbt',
        'timestamp': now,
        'alerts': verdict['alerts'],
        'feature_report': {'results': verdict['results'], 'flagged_features': flagged, 'timestamp': now} if verdict['results'] else none,
        'reject_rate_drift': verdict['reject'],
        'entropy_drift': verdict['entropy'],
        'class_shift': verdict['classes'],
        'telemetry_snapshot': telemetry,
        'summary': driftql.summary_of(verdict),
        'any_critical': verdict['alerts'] | selectattr('severity', 'equalto', 'critical') | list | length > 0,
        'reference': windows[0],
        'current': windows[1],
        'config': {
            'columns': columns,
            'features': layout['features'] | map(attribute='name') | list,
            'thresholds': rules
        },
        'evidence_cutoff': verdict['cutoff'],
        'not_computed': verdict['not_computed'],
        'warnings': verdict['warnings'],
        'statements': statements
    }) }}
{% endmacro %}


{% macro iso_of(moment) %}
    {{ return(moment.strftime('%Y-%m-%dT%H:%M:%S.%f') if moment is not none else none) }}
{% endmacro %}


{# PSI and KS of every feature, 25 in one statement. #}
{% macro measure_features(settings, resolved, verdict, statements) %}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set evidence = settings['thresholds']['evidence'] -%}
    {%- for chunk in resolved['layout']['features'] | batch(25) -%}
        {%- set features = [] -%}
        {%- for feature in chunk -%}
            {%- do features.append([driftql.text_value(feature['name']), feature['value'], feature['is_float']]) -%}
        {%- endfor -%}
        {%- set found = driftql.rows_of(driftql.features_query(ref, cur, features, resolved['fractions'], resolved['finished']), statements, 'finished_features') -%}
        {%- set bins = {} -%}
        {%- if settings['bins'] -%}
            {%- for row in driftql.rows_of(driftql.bins_query(ref, cur, features, resolved['fractions'], resolved['finished']), statements, 'finished_bins') -%}
                {%- do bins.update({row['feature']: []}) if row['feature'] not in bins -%}
                {%- do bins[row['feature']].append({
                    'lower': row['lower'], 'upper': row['upper'], 'ref_count': row['ref_count'], 'cur_count': row['cur_count'], 'psi': row['contribution']
                }) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- for row in found -%}
            {%- set name = chunk[loop.index0]['name'] -%}
            {%- do verdict['results'].append({
                'feature': name,
                'psi': row['psi'], 'psi_p_value': row['psi_p_value'], 'psi_noise': row['psi_noise'], 'psi_error_bound': 0.0,
                'ks_statistic': row['ks_statistic'], 'ks_p_value': row['ks_p_value'], 'ks_error_bound': 0.0, 'ks_location': row['ks_location'],
                'is_drifted': false,
                'bins': bins[name] if name in bins and row['psi'] is not none else [],
                'ref_rows': row['ref_rows'], 'cur_rows': row['cur_rows'], 'ref_missing': row['ref_missing'], 'cur_missing': row['cur_missing'],
                'ref_non_finite': row['ref_non_finite'], 'cur_non_finite': row['cur_non_finite']
            }) -%}
            {%- do verdict['p_values'].extend([row['psi_p_value'], row['ks_p_value']]) -%}
            {%- if row['psi'] is none or (evidence and row['psi_p_value'] is none and row['psi'] > settings['thresholds']['psi']) -%}
                {%- do verdict['not_computed'].append({'check': 'feature_psi', 'feature': name, 'reason': row['psi_reason']}) -%}
            {%- endif -%}
            {%- if row['ks_p_value'] is none -%}
                {%- do verdict['not_computed'].append({'check': 'feature_ks', 'feature': name, 'reason': row['ks_reason']}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{# Reject rate, entropy and class mix. Returns the rows of label_profile. #}
{% macro measure_labels(settings, resolved, verdict, statements) %}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set rules = settings['thresholds'] -%}
    {%- set finished = resolved['finished'] -%}
    {%- set vector = [resolved['probabilities'], resolved['is_list']] -%}
    {%- set rows = driftql.rows_of(
        driftql.label_profile(ref, cur, resolved['label'], vector[0], vector[1], finished['entropy_floor'], finished['probability_tolerance'], 2001),
        statements, 'label_profile') -%}
    {%- set found = driftql.rows_of(driftql.labels_query(ref, cur, resolved['label'], vector[0], vector[1], finished), statements, 'finished_labels') -%}
    {%- set sides = [] -%}
    {%- for side in (0, 1) -%}
        {%- set own = rows | selectattr('is_current', 'equalto', side) | list -%}
        {%- set labeled = {} -%}
        {%- for row in own if row['label'] is not none -%}
            {%- do labeled.update({row['label']: row['label_rows']}) -%}
        {%- endfor -%}
        {%- do sides.append({
            'labels': labeled,
            'rows': own | map(attribute='label_rows') | sum,
            'labeled': labeled.values() | sum,
            'scored': own | map(attribute='entropy_rows') | sum,
            'out_of_range': own | map(attribute='out_of_range_rows') | sum | int,
            'not_normalized': own | map(attribute='not_normalized_rows') | sum | int
        }) -%}
    {%- endfor -%}
    {%- set before, after = sides[0], sides[1] -%}
    {%- set limits = {'reject_rate_increase': rules['reject_rate_increase'], 'entropy_spike': rules['entropy_ratio'], 'class_shift': rules['class_shift']} -%}
    {%- for row in found -%}
        {%- set check = row['check_name'] -%}
        {%- set beyond = row['effect'] is not none and (row['effect'] >= limits[check] if check == 'reject_rate_increase' else row['effect'] > limits[check]) -%}
        {%- if row['effect'] is none or (rules['evidence'] and row['p_value'] is none and beyond) -%}
            {%- do verdict['not_computed'].append({'check': check, 'feature': none, 'reason': row['reason']}) -%}
        {%- endif -%}
        {%- if row['effect'] is not none -%}
            {%- do verdict['p_values'].append(row['p_value']) -%}
            {%- if check == 'reject_rate_increase' -%}
                {%- do verdict.update({'reject': {
                    'ref_rate': row['ref_value'], 'cur_rate': row['cur_value'], 'increase': row['effect'], 'is_flagged': false,
                    'p_value': row['p_value'], 'ref_rows': row['ref_rows'], 'cur_rows': row['cur_rows']
                }}) -%}
            {%- elif check == 'entropy_spike' -%}
                {%- do verdict.update({'entropy': {
                    'ref_mean_entropy': row['ref_value'], 'cur_mean_entropy': row['cur_value'], 'ratio': row['effect'], 'is_flagged': false,
                    'p_value': row['p_value'], 'ref_rows': row['ref_rows'], 'cur_rows': row['cur_rows'],
                    'ref_incomplete': row['ref_left_out'], 'cur_incomplete': row['cur_left_out'],
                    'ref_out_of_range': before['out_of_range'], 'cur_out_of_range': after['out_of_range'],
                    'ref_not_normalized': before['not_normalized'], 'cur_not_normalized': after['not_normalized']
                }}) -%}
            {%- else -%}
                {%- do verdict.update({'classes': driftql.class_shift_of(before, after, row['p_value'], rules['class_shift'])}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if vector[0] -%}
        {%- for side in sides -%}
            {%- set role = 'reference' if loop.first else 'current' -%}
            {%- if side['rows'] > side['scored'] -%}
                {%- do verdict['warnings'].append('{:,}'.format(side['rows'] - side['scored']) ~ ' ' ~ role ~ ' rows have an incomplete probability vector and are left out of the entropy') -%}
            {%- endif -%}
            {%- if side['out_of_range'] -%}
                {%- do verdict['warnings'].append('{:,}'.format(side['out_of_range']) ~ ' ' ~ role ~ ' rows have a probability outside [0, 1]') -%}
            {%- endif -%}
            {%- if side['not_normalized'] -%}
                {%- do verdict['warnings'].append('{:,}'.format(side['not_normalized']) ~ ' ' ~ role ~ ' rows have probabilities that do not sum to 1 (within ' ~ '{:g}'.format(rules['probability_tolerance']) ~ ')') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rows) }}
{% endmacro %}


{# The label proportions of both windows, and the classes that moved beyond the threshold, most moved first. #}
{% macro class_shift_of(before, after, p_value, threshold) %}
    {%- set shares = {'ref': {}, 'cur': {}} -%}
    {%- set moves = [] -%}
    {%- set largest = {'shift': 0.0} -%}
    {%- for name in (before['labels'].keys() | list + after['labels'].keys() | list) | unique(true) | sort(case_sensitive=true) -%}
        {%- do shares['ref'].update({name: before['labels'].get(name, 0) / before['labeled']}) -%}
        {%- do shares['cur'].update({name: after['labels'].get(name, 0) / after['labeled']}) -%}
        {%- set shift = (shares['cur'][name] - shares['ref'][name]) | abs -%}
        {%- do moves.append({'name': name, 'shift': shift}) if shift > threshold -%}
        {%- do largest.update({'shift': shift}) if shift > largest['shift'] -%}
    {%- endfor -%}
    {{ return({
        'ref_dist': shares['ref'], 'cur_dist': shares['cur'], 'max_shift': largest['shift'],
        'shifted_classes': moves | sort(attribute='shift', reverse=true) | map(attribute='name') | list,
        'is_flagged': false, 'p_value': p_value,
        'ref_unlabeled': before['rows'] - before['labeled'], 'cur_unlabeled': after['rows'] - after['labeled']
    }) }}
{% endmacro %}


{#
  Raise an alert where there is an effect and, unless turned off, evidence over all p-values of the report: at or below
  the cut-off of Benjamini and Hochberg (1995), alpha * max(k, 1) / K. See verdict_query.
#}
{% macro weigh(settings, verdict, now) %}
    {%- set rules = settings['thresholds'] -%}
    {%- set evidence = rules['evidence'] -%}
    {%- set cutoff = {'value': none} -%}
    {%- if evidence -%}
        {%- set p_values = verdict['p_values'] | reject('none') | sort -%}
        {%- set count = [p_values | length, 1] | max -%}
        {%- set passed = {'rank': 1} -%}
        {%- for p_value in p_values -%}
            {%- do passed.update({'rank': loop.index}) if p_value <= rules['alpha'] * loop.index / count -%}
        {%- endfor -%}
        {%- do cutoff.update({'value': rules['alpha'] * passed['rank'] / count}) -%}
    {%- endif -%}
    {%- set line = cutoff['value'] -%}
    {%- do verdict.update({'cutoff': line}) -%}
    {%- for result in verdict['results'] -%}
        {%- set psi, ks = result['psi'], result['ks_statistic'] -%}
        {%- if psi is not none and psi > rules['psi'] and driftql.is_evident(result['psi_p_value'], line) -%}
            {%- do result.update({'is_drifted': true}) -%}
            {%- do driftql.add_alert(verdict, 'feature_psi', 'critical' if psi > 2 * rules['psi'] else 'warning', {
                'psi': psi, 'threshold': rules['psi'], 'p_value': result['psi_p_value'], 'noise': result['psi_noise'], 'ks_statistic': ks
            }, now, result['feature']) -%}
        {%- elif ks is not none and result['ks_p_value'] is not none
                and ((ks >= rules['ks'] and driftql.is_evident(result['ks_p_value'], line)) if evidence else result['ks_p_value'] < rules['alpha']) -%}
            {%- do result.update({'is_drifted': true}) -%}
            {%- do driftql.add_alert(verdict, 'feature_ks', 'warning', {
                'ks_statistic': ks, 'threshold': rules['ks'] if evidence else none, 'p_value': result['ks_p_value'], 'psi': psi
            }, now, result['feature']) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set reject, entropy, classes = verdict['reject'], verdict['entropy'], verdict['classes'] -%}
    {%- if reject is not none and reject['increase'] >= rules['reject_rate_increase'] and driftql.is_evident(reject['p_value'], line) -%}
        {%- do reject.update({'is_flagged': true}) -%}
        {%- do driftql.add_alert(verdict, 'reject_rate_increase', 'critical', {
            'ref_rate': reject['ref_rate'], 'cur_rate': reject['cur_rate'], 'increase': reject['increase'],
            'threshold': rules['reject_rate_increase'], 'p_value': reject['p_value']
        }, now) -%}
    {%- endif -%}
    {%- if entropy is not none and entropy['ratio'] > rules['entropy_ratio'] and driftql.is_evident(entropy['p_value'], line) -%}
        {%- do entropy.update({'is_flagged': true}) -%}
        {%- do driftql.add_alert(verdict, 'entropy_spike', 'warning', {
            'ref_mean_entropy': entropy['ref_mean_entropy'], 'cur_mean_entropy': entropy['cur_mean_entropy'], 'ratio': entropy['ratio'],
            'threshold': rules['entropy_ratio'], 'p_value': entropy['p_value']
        }, now) -%}
    {%- endif -%}
    {%- if classes is not none and classes['max_shift'] > rules['class_shift'] and driftql.is_evident(classes['p_value'], line) -%}
        {%- do classes.update({'is_flagged': true}) -%}
        {%- do driftql.add_alert(verdict, 'class_shift', 'warning', {
            'max_shift': classes['max_shift'], 'shifted_classes': classes['shifted_classes'],
            'threshold': rules['class_shift'], 'p_value': classes['p_value']
        }, now) -%}
    {%- endif -%}
{% endmacro %}


{% macro is_evident(p_value, line) %}
    {{ return(line is none or (p_value is not none and p_value <= line)) }}
{% endmacro %}


{% macro add_alert(verdict, trigger, severity, details, now, feature=none) %}
    {%- do verdict['alerts'].append({
        'trigger': trigger, 'details': details, 'severity': severity, 'affected_user_ids': [],
        'affected_features': [feature] if feature is not none else [], 'timestamp': now
    }) -%}
{% endmacro %}


{# What the current window looked like, drifted or not. #}
{% macro telemetry_of(settings, resolved, verdict, window, profile, label_rows, now, statements) %}
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
        {%- do verdict['warnings'].append('the current window mixes schema versions, from ' ~ version ~ ' to ' ~ profile['last_version']) -%}
        {%- set version = 'mixed: ' ~ version ~ ' to ' ~ profile['last_version'] -%}
    {%- endif -%}
    {%- do snapshot.update({'schema_version': version | string if version is not none else none}) -%}
    {%- for result in verdict['results'] -%}
        {%- do snapshot['feature_missingness'].update({result['feature']: 1 - (window['rows'] - result['cur_missing']) / window['rows']}) -%}
    {%- endfor -%}
    {%- set confidence = driftql.confidence_of(resolved['layout']) -%}
    {%- if confidence -%}
        {%- set found = driftql.rows_of(driftql.confidence_profile(resolved['current']['sql'], confidence), statements, 'confidence_profile')[0] -%}
        {%- if found['confidence_rows'] -%}
            {%- set quantiles = found['confidence_quantiles'] -%}
            {%- set quantiles = fromjson(quantiles) if quantiles is string else quantiles -%}
            {%- do snapshot.update({'confidence_stats': {
                'mean': found['confidence_mean'], 'median': quantiles[1] | float, 'p5': quantiles[0] | float, 'p95': quantiles[2] | float,
                'std': found['confidence_deviation']
            }}) -%}
        {%- endif -%}
    {%- endif -%}
    {%- set own = label_rows | selectattr('is_current', 'equalto', 1) | list -%}
    {%- set labeled = own | rejectattr('label', 'none') | map(attribute='label_rows') | sum -%}
    {%- for row in own | rejectattr('label', 'none') | sort(attribute='label', case_sensitive=true) -%}
        {%- do snapshot['class_distribution'].update({row['label']: row['label_rows'] / labeled}) -%}
    {%- endfor -%}
    {%- if labeled -%}
        {%- do snapshot.update({'reject_rate': snapshot['class_distribution'].get(settings['reject_label'], 0) | float}) -%}
    {%- endif -%}
    {%- set scored = {'rows': 0, 'sum': 0.0} -%}
    {%- for row in own if row['entropy_rows'] -%}
        {%- do scored.update({'rows': scored['rows'] + row['entropy_rows'], 'sum': scored['sum'] + row['entropy_rows'] * row['entropy_mean']}) -%}
    {%- endfor -%}
    {%- if scored['rows'] -%}
        {%- do snapshot.update({'mean_entropy': scored['sum'] / scored['rows']}) -%}
    {%- endif -%}
    {{ return(snapshot) }}
{% endmacro %}


{# A verdict in one line, in the Python host's words. #}
{% macro summary_of(verdict) %}
    {%- set failed = verdict['not_computed'] | length -%}
    {%- set missing = ' ' ~ failed ~ ' check' ~ ('s' if failed != 1 else '') ~ ' could not be computed.' if failed else '' -%}
    {%- if not verdict['alerts'] -%}
        {%- set parts = [] -%}
        {%- set count = verdict['results'] | rejectattr('ks_statistic', 'none') | list | length -%}
        {%- do parts.append(count ~ ' feature' ~ ('s' if count != 1 else '')) if count -%}
        {%- do parts.append('reject rate') if verdict['reject'] is not none -%}
        {%- do parts.append('entropy') if verdict['entropy'] is not none -%}
        {%- do parts.append('class mix') if verdict['classes'] is not none -%}
        {%- if not parts -%}
            {{ return('Nothing could be compared.' ~ missing) }}
        {%- endif -%}
        {%- set listed = parts[0] if parts | length == 1 else parts[:-1] | join(', ') ~ ' and ' ~ parts[-1] -%}
        {{ return('No alert: ' ~ listed ~ ' within the thresholds.' ~ missing) }}
    {%- endif -%}
    {%- set ranked = [] -%}
    {%- for alert in verdict['alerts'] -%}
        {%- set details = alert['details'] -%}
        {%- do ranked.append({
            'place': 0 if alert['severity'] == 'critical' else 1,
            'size': 0 - (details.get('psi') or details.get('ks_statistic') or 0),
            'words': driftql.headline_of(alert)
        }) -%}
    {%- endfor -%}
    {%- set shown = ranked | sort(attribute='place,size') | map(attribute='words') | list -%}
    {%- set critical = ranked | selectattr('place', 'equalto', 0) | list | length -%}
    {%- set count = shown | length -%}
    {{ return(count ~ ' alert' ~ ('s' if count != 1 else '') ~ (', ' ~ critical ~ ' critical' if critical else '') ~ ': '
        ~ shown[:6] | join(', ') ~ (', and ' ~ (count - 6) ~ ' more' if count > 6 else '') ~ '.' ~ missing) }}
{% endmacro %}


{% macro headline_of(alert) %}
    {%- set details = alert['details'] -%}
    {%- if alert['trigger'] == 'feature_psi' -%}
        {{ return(alert['affected_features'][0] ~ ' (PSI ' ~ '{:.2f}'.format(details['psi']) ~ ')') }}
    {%- elif alert['trigger'] == 'feature_ks' -%}
        {{ return(alert['affected_features'][0] ~ ' (KS ' ~ '{:.2f}'.format(details['ks_statistic']) ~ ')') }}
    {%- elif alert['trigger'] == 'reject_rate_increase' -%}
        {{ return('reject rate (+' ~ '{:.1f}'.format(100 * details['increase']) ~ ' points)') }}
    {%- elif alert['trigger'] == 'entropy_spike' -%}
        {{ return('entropy (' ~ '{:.1f}'.format(details['ratio']) ~ ' times the reference)') }}
    {%- endif -%}
    {{ return('class mix (' ~ details['shifted_classes'][0] ~ ' by ' ~ '{:.1f}'.format(100 * details['max_shift']) ~ ' points)') }}
{% endmacro %}

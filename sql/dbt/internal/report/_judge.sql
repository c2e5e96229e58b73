{#
  Decide which of the checks found are alerts. The rule is verdict_query's: the database applies it to the numbers of all
  checks together, because the evidence cut-off depends on every p-value.

  Returns a dictionary of `alerts`, `not_computed`, `evidence_cutoff` and `findings` (the rows of verdict_query that are alerts,
  or not computed), and marks what is flagged in `found`.
#}
{% macro _judge(settings, resolved, found, now, statements) %}
    {%- set rows = [] -%}
    {%- for check in found['checks'] -%}
        {%- do rows.append(driftql._result_row(
            check['check'], check['feature'], check['effect'], check['p_value'], driftql._told_apart(check),
            check['entropy_change'], check['total_variation']
        )) -%}
    {%- endfor -%}
    {%- set verdicts = {} -%}
    {%- if rows -%}
        {%- set query = driftql.verdict_query('(\n' ~ rows | join('\nunion all\n') ~ '\n)', resolved['rules'], [], []) -%}
        {%- for row in driftql._fetch_rows(query, statements, 'verdict_query') -%}
            {%- do verdicts.update({[row['check_name'], row['feature'], row['reason']] | string: row}) -%}
        {%- endfor -%}
    {%- endif -%}

    {%- set alerts, not_computed, findings = [], [], [] -%}
    {%- set cutoffs = [] -%}
    {%- for check in found['checks'] -%}
        {%- set verdict = verdicts[[check['check'], check['feature'], driftql._told_apart(check)] | string] -%}
        {%- do cutoffs.append(verdict['evidence_cutoff']) -%}
        {%- do findings.append(dict(verdict, reason=check['reason'])) if verdict['is_flagged'] is none or verdict['is_flagged'] -%}
        {%- if verdict['is_flagged'] is none -%}
            {%- do not_computed.append({'check': check['check'], 'feature': check['feature'], 'reason': check['reason']}) -%}
        {%- elif verdict['is_flagged'] -%}
            {%- do alerts.append({
                'trigger': check['check'],
                'details': driftql._alert_details(check, settings['thresholds'], found),
                'severity': verdict['severity'],
                'affected_user_ids': [],
                'user_effects': [],
                'own_rows_needed': none,
                'affected_features': driftql._affected_features(check),
                'timestamp': now
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if settings.get('only') in (none, 'schema_change') -%}
        {%- do driftql._judge_schema(resolved['layout']['changes'], now, alerts, findings) -%}
    {%- endif -%}
    {%- for alert in alerts if resolved['layout']['user'] is not none -%}
        {%- do alert['details'].update({'affected_users': none}) -%}
    {%- endfor -%}
    {{ return({
        'alerts': alerts,
        'not_computed': not_computed,
        'evidence_cutoff': cutoffs[0] if cutoffs else none,
        'findings': findings
    }) }}
{% endmacro %}


{# Return what tells two checks of one column apart, NULL and NaN: the reason, which the verdict gives back; else none. #}
{% macro _told_apart(check) %}
    {{ return(check['reason'] if check['check'] == 'missing_increase' else none) }}
{% endmacro %}


{# List the features that an alert is about. #}
{% macro _affected_features(check) %}
    {%- set role = check['missing']['role'] if check['check'] == 'missing_increase' else 'feature' -%}
    {{ return([check['feature']] if check['feature'] is not none and role in ('feature', 'probability', 'confidence') else []) }}
{% endmacro %}


{# Add the one alert of all columns that differ, if any of them is a reason for one; there is no p-value. #}
{% macro _judge_schema(changes, now, alerts, findings) %}
    {%- set lost = driftql._count_lost(changes) -%}
    {%- if lost is none -%}
        {{ return('') }}
    {%- endif -%}
    {%- set flagged = changes | rejectattr('severity', 'none') | list -%}
    {%- set details = {} -%}
    {%- for change in ('vanished', 'retyped', 'added') -%}
        {%- do details.update({change: flagged | selectattr('change', 'equalto', change) | map(attribute='column') | list}) -%}
    {%- endfor -%}
    {%- do alerts.append({
        'trigger': 'schema_change',
        'details': details,
        'severity': 'critical' if lost else 'warning',
        'affected_user_ids': [],
        'user_effects': [],
        'own_rows_needed': none,
        'affected_features': flagged | selectattr('role', 'equalto', 'feature') | map(attribute='column') | list,
        'timestamp': now
    }) -%}
    {%- do findings.append({
        'check_name': 'schema_change', 'feature': none, 'effect': lost, 'threshold': none, 'p_value': none, 'evidence_cutoff': none,
        'is_flagged': true, 'severity': alerts[-1]['severity'], 'reason': driftql._describe_changes(changes), 'entropy_change': none
    }) -%}
{% endmacro %}


{# Return the numbers behind an alert, and mark its part of the report as flagged. #}
{% macro _alert_details(check, thresholds, found) %}
    {%- if check['check'] == 'missing_increase' -%}
        {{ return(driftql._missing_details(check['missing'], thresholds, found)) }}
    {%- elif check['feature'] is not none -%}
        {%- set result = found['results'] | selectattr('feature', 'equalto', check['feature']) | first -%}
        {%- do result.update({'is_drifted': true}) -%}
        {%- if check['check'] == 'new_category' -%}
            {{ return(driftql._new_category_details(result['new_categories'], result['gone_categories'], thresholds)) }}
        {%- elif check['check'] == 'feature_psi' and result['kind'] == 'category' -%}
            {{ return({
                'psi': result['psi'],
                'threshold': thresholds['psi'],
                'p_value': result['psi_p_value'],
                'noise': result['psi_noise'],
                'ks_statistic': none,
                'total_variation': result['total_variation'],
                'total_variation_threshold': thresholds['category_shift'],
                'largest_change': result['largest_change'],
                'gone': result['gone_categories']
            }) }}
        {%- elif check['check'] == 'feature_psi' -%}
            {{ return({
                'psi': result['psi'],
                'threshold': thresholds['psi'],
                'p_value': result['psi_p_value'],
                'noise': result['psi_noise'],
                'ks_statistic': result['ks_statistic']
            }) }}
        {%- endif -%}
        {{ return({
            'ks_statistic': result['ks_statistic'],
            'threshold': thresholds['ks'] if thresholds['evidence'] else none,
            'p_value': result['ks_p_value'],
            'psi': result['psi']
        }) }}
    {%- endif -%}
    {%- if check['check'] == 'new_category' -%}
        {{ return(driftql._new_category_details(found['classes']['new_classes'], [], thresholds)) }}
    {%- endif -%}
    {%- set part, fields, threshold = {
        'reject_rate_increase': ['reject_rate', ('ref_rate', 'cur_rate', 'increase'), 'reject_rate_increase'],
        'entropy_spike': ['entropy', ('ref_mean_entropy', 'cur_mean_entropy', 'ratio', 'change'), 'entropy_ratio'],
        'class_shift': ['classes', ('max_shift', 'shifted_classes'), 'class_shift']
    }[check['check']] -%}
    {%- set result = found[part] -%}
    {%- do result.update({'is_flagged': true}) -%}
    {%- set details = {} -%}
    {%- for field in fields -%}
        {%- do details.update({field: result[field]}) -%}
    {%- endfor -%}
    {%- do details.update({'threshold': thresholds[threshold], 'p_value': result['p_value']}) -%}
    {%- if check['check'] == 'entropy_spike' -%}
        {%- do details.update({
            'change_threshold': thresholds['entropy_increase'],
            'direction': 'fall' if result['cur_mean_entropy'] < result['ref_mean_entropy'] else 'rise'
        }) -%}
    {%- endif -%}
    {{ return(details) }}
{% endmacro %}


{# Return the numbers behind an alert of new categories, or of new classes. #}
{% macro _new_category_details(new, gone, thresholds) %}
    {{ return(dict(new, threshold=thresholds['new_category'], gone=gone)) }}
{% endmacro %}


{# Return the numbers behind an alert of missing values, and mark its parts of the report as flagged. #}
{% macro _missing_details(result, thresholds, found) %}
    {%- do result.update({'is_flagged': true}) -%}
    {%- for feature in found['results'] if feature['feature'] == result['column'] -%}
        {%- do feature.update({'is_drifted': true}) -%}
    {%- endfor -%}
    {%- set details = dict(result, threshold=thresholds['missing_increase']) -%}
    {%- do details.pop('is_flagged') -%}
    {{ return(details) }}
{% endmacro %}

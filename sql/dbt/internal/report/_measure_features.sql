{# Add PSI and KS of each feature to what was found: one result per feature, and two checks. #}
{% macro _measure_features(settings, resolved, found, statements) %}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set rules, fractions = resolved['rules'], resolved['fractions'] -%}
    {%- set roles = {} -%}
    {%- for feature in resolved['layout']['features'] -%}
        {%- do roles.update({feature['name']: feature['role']}) -%}
    {%- endfor -%}
    {%- for features in resolved['features'] -%}
        {%- if settings['bins'] -%}
            {%- set query = driftql.measures_query(ref, cur, features, fractions, rules) -%}
            {%- set measures = driftql._split_measures(driftql._fetch_rows(query, statements, 'measures_query')) -%}
        {%- else -%}
            {%- set query = driftql.features_query(ref, cur, features, fractions, rules) -%}
            {%- set measures = [driftql._fetch_rows(query, statements, 'features_query'), {}] -%}
        {%- endif -%}
        {%- set rows, bins = measures[0], measures[1] -%}
        {%- for row in rows -%}
            {%- set name = row['feature'] -%}
            {%- do found['results'].append({
                'feature': name,
                'role': roles[name],
                'psi': row['psi'],
                'psi_p_value': row['psi_p_value'],
                'psi_noise': row['psi_noise'],
                'psi_error_bound': 0.0,
                'ks_statistic': row['ks_statistic'],
                'ks_p_value': row['ks_p_value'],
                'ks_error_bound': 0.0,
                'ks_location': row['ks_location'],
                'is_drifted': false,
                'bins': bins.get(name, []) if row['psi'] is not none else [],
                'ref_rows': row['ref_rows'],
                'cur_rows': row['cur_rows'],
                'ref_missing': row['ref_missing'],
                'cur_missing': row['cur_missing'],
                'ref_non_finite': row['ref_non_finite'],
                'cur_non_finite': row['cur_non_finite']
            }) -%}
            {%- do found['checks'].extend([
                driftql._check_row('feature_psi', name, row['psi'], row['psi_p_value'], row['psi_reason']),
                driftql._check_row('feature_ks', name, row['ks_statistic'], row['ks_p_value'], row['ks_reason'])
            ]) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{# Split the rows of measures_query: a list of one row per feature, and the bins behind its PSI by the feature's name. #}
{% macro _split_measures(rows) %}
    {%- set features, bins = [], {} -%}
    {%- for row in rows -%}
        {%- if row['feature'] not in bins -%}
            {%- do features.append(row) -%}
            {%- do bins.update({row['feature']: []}) -%}
        {%- endif -%}
        {%- if row['bin'] is not none -%}
            {%- do bins[row['feature']].append({
                'lower': row['lower'],
                'upper': row['upper'],
                'ref_count': row['ref_count'],
                'cur_count': row['cur_count'],
                'psi': row['contribution']
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return([features, bins]) }}
{% endmacro %}

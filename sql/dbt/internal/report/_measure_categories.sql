{# Add the mix and the new categories of each feature that has categories to what was found: one result, and two checks. #}
{% macro _measure_categories(settings, resolved, found, statements) %}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set layout = resolved['layout'] -%}
    {%- for features in resolved['categories'] -%}
        {%- set query = driftql.categories_query(ref, cur, features, resolved['rules']) -%}
        {%- set groups = {} -%}
        {#- dbt takes an empty text, and some words, for NULL: a mark before them keeps them. -#}
        {%- set marked = "select counted.*, '=' || category as marked_category from "
            ~ driftql._union_queries([query]) ~ ' as counted' -%}
        {%- for row in driftql._fetch_rows(marked, statements, 'categories_query') -%}
            {%- do row.update({'category': row['marked_category'][1:] if row['marked_category'] is not none else none}) -%}
            {%- do groups.setdefault(row['feature'], []).append(row) -%}
        {%- endfor -%}
        {%- for feature in layout['categories'] if feature['name'] in groups -%}
            {%- set name = feature['name'] -%}
            {%- set rows = groups[name] -%}
            {%- set row = rows[0] -%}
            {%- do found['results'].append(driftql._category_result(rows, settings['bins'])) -%}
            {%- set shares = [] -%}
            {%- for prefix in ('ref_', 'cur_') -%}
                {%- do shares.append(row[prefix ~ 'rows'] / ([row[prefix ~ 'rows'] + row[prefix ~ 'missing'], 1] | max)) -%}
            {%- endfor -%}
            {%- set singles = ((row['expected_share'] or 0) * row['ref_rows']) | round | int -%}
            {%- if 2 * singles > row['ref_rows'] -%}
                {%- do found['notes'].append(
                    'categories of ' ~ name ~ ': ' ~ '{:,}'.format(singles) ~ ' of ' ~ '{:,}'.format(row['ref_rows'])
                    ~ ' reference rows have a value that no other row has; only the categories that repeat can show a change'
                ) -%}
            {%- endif -%}
            {%- if row['psi'] is none and feature['is_sampled'] and (row['psi_reason'].startswith('its values do not repeat')
                    or shares | max < settings['thresholds']['missing_increase']) -%}
                {#- Nobody has asked for it, and a change from hardly any value to hardly any is none. -#}
                {%- do found['notes'].append('categories of ' ~ name ~ ': ' ~ row['psi_reason']) -%}
            {%- else -%}
                {%- do found['checks'].extend([
                    driftql._check_row(
                        'feature_psi', name, row['psi'], row['psi_p_value'], row['psi_reason'], none, row['total_variation']
                    ),
                    driftql._check_row('new_category', name, row['new_share'], row['new_p_value'], row['new_reason'])
                ]) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{# Return what the report says of a feature with categories, from its rows of categories_query. #}
{% macro _category_result(rows, with_bins) %}
    {%- set row = rows[0] -%}
    {%- set is_known = row['psi'] is not none -%}
    {%- set bins, largest, gone = [], [], [] -%}
    {%- if is_known -%}
        {%- for one in rows | rejectattr('bin', 'none') | sort(attribute='bin') if with_bins -%}
            {%- do bins.append({
                'name': one['category'], 'ref_count': one['ref_count'], 'cur_count': one['cur_count'],
                'psi': one['contribution'], 'is_new': false, 'categories': 1
            }) -%}
        {%- endfor -%}
        {%- for count, ref_key, cur_key, part, is_new in [
            [row['rest_categories'], 'rest_ref_count', 'rest_cur_count', 'rest_contribution', false],
            [row['new_count'], none, 'new_cur_count', 'new_contribution', true]
        ] if count and with_bins -%}
            {%- do bins.append({
                'name': none, 'ref_count': row[ref_key] if ref_key else 0, 'cur_count': row[cur_key],
                'psi': row[part], 'is_new': is_new, 'categories': count
            }) -%}
        {%- endfor -%}
        {%- for one in rows | rejectattr('new_rank', 'none') | sort(attribute='new_rank') -%}
            {%- do largest.append(driftql._named_rows(one['category'], one['cur_count'], row['cur_rows'])) -%}
        {%- endfor -%}
        {%- for one in rows | rejectattr('gone_rank', 'none') | sort(attribute='gone_rank') -%}
            {%- do gone.append(driftql._named_rows(one['category'], one['ref_count'], row['ref_rows'])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return({
        'feature': row['feature'],
        'role': 'feature',
        'kind': 'category',
        'psi': row['psi'],
        'psi_p_value': row['psi_p_value'],
        'psi_noise': row['psi_noise'],
        'psi_error_bound': 0.0,
        'ks_statistic': none,
        'ks_p_value': none,
        'ks_error_bound': 0.0,
        'ks_location': none,
        'is_drifted': false,
        'bins': [],
        'total_variation': row['total_variation'],
        'largest_change': row['largest_change'],
        'categories': bins,
        'new_categories': {
            'share': row['new_share'],
            'expected_share': row['expected_share'],
            'p_value': row['new_p_value'],
            'count': row['new_count'],
            'largest': largest
        } if is_known else none,
        'gone_categories': gone,
        'ref_rows': row['ref_rows'],
        'cur_rows': row['cur_rows'],
        'ref_missing': row['ref_missing'],
        'cur_missing': row['cur_missing'],
        'ref_non_finite': 0,
        'cur_non_finite': 0
    }) }}
{% endmacro %}

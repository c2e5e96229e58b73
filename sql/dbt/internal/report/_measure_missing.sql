{#
  Add to what was found how the share of missing values has changed, as Python's report has it: of every feature, of the label,
  of the class probabilities together, of user and time. Columns of which no value is missing have no check.

  profiles  the rows of window_profile, reference and current
#}
{% macro _measure_missing(settings, resolved, found, profiles, statements) %}
    {%- set rows = profiles | map(attribute='row_count') | list -%}
    {%- if rows | min < settings['thresholds']['min_rows'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- do driftql._list_missing(resolved, found, profiles, rows) -%}
    {%- set counted = [] -%}
    {%- for one in found['missing'] if one['hits'] | sum -%}
        {%- do counted.append(driftql._constant_row(
            {
                'place': 'count', 'feature': 'text', 'what': 'text', 'ref_hits': 'count', 'ref_n': 'count', 'cur_hits': 'count',
                'cur_n': 'count'
            },
            {
                'place': one['place'], 'feature': one['result']['column'], 'what': one['what'], 'ref_hits': one['hits'][0],
                'ref_n': rows[0], 'cur_hits': one['hits'][1], 'cur_n': rows[1]
            }
        )) -%}
    {%- endfor -%}
    {%- if not counted -%}
        {{ return('') }}
    {%- endif -%}
    {%- set query = driftql.missing_tests_query('(\n' ~ counted | join('\nunion all\n') ~ '\n)', resolved['rules']) -%}
    {%- for row in driftql._fetch_rows(query, statements, 'missing_tests_query') -%}
        {%- set one = found['missing'][row['place'] | int] -%}
        {%- do one['result'].update({'p_value': row['p_value']}) -%}
        {%- do found['checks'].append(dict(
            driftql._check_row(
                'missing_increase', one['result']['column'], one['result']['increase'], row['p_value'], row['reason']
            ),
            missing=one['result']
        )) -%}
    {%- endfor -%}
{% endmacro %}


{# List of which columns rows lack a value, and how many rows of each window. #}
{% macro _list_missing(resolved, found, profiles, rows) %}
    {%- set layout = resolved['layout'] -%}
    {%- for result in found['results'] if result['role'] != 'probability' or not layout['probabilities'] -%}
        {%- do driftql._add_missing(found, rows, result['feature'], result['role'], 'missing', 'missing', [
            result['ref_missing'], result['cur_missing']
        ]) -%}
        {%- set strange = [result['ref_non_finite'], result['cur_non_finite']] -%}
        {%- if strange | sum -%}
            {%- do driftql._add_missing(
                found, rows, result['feature'], result['role'], 'non_finite', 'NaN or infinite', strange
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set of_labels, of_vectors = [], [] -%}
    {%- for is_current in (0, 1) -%}
        {%- set counts = driftql._count_labels(found['label_rows'], is_current) -%}
        {%- do of_labels.append(counts['rows'] - counts['labeled']) -%}
        {%- do of_vectors.append(counts['rows'] - counts['scored']) -%}
    {%- endfor -%}
    {%- if layout['label'] is not none -%}
        {%- do driftql._add_missing(found, rows, layout['label']['name'], 'label', 'missing', 'no label', of_labels) -%}
    {%- endif -%}
    {%- if layout['probabilities'] -%}
        {%- set name = layout['probabilities'][0]['name'] if layout['probabilities'] | length == 1 else none -%}
        {%- do driftql._add_missing(found, rows, name, 'probabilities', 'missing', 'incomplete probabilities', of_vectors) -%}
    {%- endif -%}
    {%- for key in driftql._missing_keys(resolved, found) -%}
        {%- set name, present = layout[key]['name'], {'user': 'present_user', 'bucket_start': 'present_time'}[key] -%}
        {%- do driftql._add_missing(found, rows, name, key, 'missing', 'no ' ~ name, [
            rows[0] - profiles[0][present], rows[1] - profiles[1][present]
        ]) -%}
    {%- endfor -%}
{% endmacro %}


{# Add one column: in how many rows of each window what is missing. #}
{% macro _add_missing(found, rows, column, role, kind, what, hits) %}
    {%- set shares = [hits[0] / rows[0], hits[1] / rows[1]] -%}
    {%- do found['missing'].append({'place': found['missing'] | length, 'what': what, 'hits': hits, 'result': {
        'column': column,
        'role': role,
        'kind': kind,
        'ref_share': shares[0],
        'cur_share': shares[1],
        'increase': shares[1] - shares[0],
        'is_flagged': false,
        'p_value': none
    }}) -%}
{% endmacro %}

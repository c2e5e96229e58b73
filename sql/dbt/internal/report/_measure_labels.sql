{# Add reject rate, entropy, class mix and new classes to what was found, as far as there are labels and probabilities. #}
{% macro _measure_labels(settings, resolved, found, statements) %}
    {%- set layout = resolved['layout'] -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set label, rules = resolved['label'], resolved['rules'] -%}
    {%- set names, is_list = layout['probability_names'], layout['is_list'] -%}
    {%- if layout['label'] is none and not layout['probabilities'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set profile = driftql.label_profile(
        ref, cur, label, names, is_list, rules['entropy_floor'], rules['probability_tolerance'], 2001
    ) -%}
    {%- do found['label_rows'].extend(driftql._fetch_rows(profile, statements, 'label_profile')) -%}
    {%- set ref_counts = driftql._count_labels(found['label_rows'], 0) -%}
    {%- set cur_counts = driftql._count_labels(found['label_rows'], 1) -%}

    {%- set query = driftql.labels_query(ref, cur, label, names, is_list, rules) -%}
    {%- for row in driftql._fetch_rows(query, statements, 'labels_query') -%}
        {#- A default reject label that nobody uses is nothing to judge, and nothing to worry about. -#}
        {%- set is_note = row['check_name'] == 'reject_rate_increase' and row['effect'] is not none
            and row['ref_value'] == 0 and row['cur_value'] == 0 -%}
        {%- if not is_note -%}
            {%- do found['checks'].append(driftql._check_row(
                row['check_name'], none, row['effect'], row['p_value'], row['reason'], row['entropy_change']
            )) -%}
        {%- endif -%}
        {%- if is_note -%}
            {%- do found['notes'].append('reject rate: ' ~ row['reason']) -%}
        {%- elif row['effect'] is none -%}
            {#- Not computed: the report has no such part. -#}
        {%- elif row['check_name'] == 'reject_rate_increase' -%}
            {%- do found.update({'reject_rate': {
                'ref_rate': row['ref_value'],
                'cur_rate': row['cur_value'],
                'increase': row['effect'],
                'is_flagged': false,
                'p_value': row['p_value'],
                'ref_rows': row['ref_rows'],
                'cur_rows': row['cur_rows']
            }}) -%}
        {%- elif row['check_name'] == 'entropy_spike' -%}
            {%- do found.update({'entropy': {
                'ref_mean_entropy': row['ref_value'],
                'cur_mean_entropy': row['cur_value'],
                'ratio': row['effect'],
                'change': row['entropy_change'],
                'is_flagged': false,
                'p_value': row['p_value'],
                'ref_rows': row['ref_rows'],
                'cur_rows': row['cur_rows'],
                'classes': [ref_counts['classes'], cur_counts['classes']] | max or none,
                'ref_incomplete': row['ref_left_out'],
                'cur_incomplete': row['cur_left_out'],
                'ref_out_of_range': ref_counts['out_of_range'],
                'cur_out_of_range': cur_counts['out_of_range'],
                'ref_not_normalized': ref_counts['not_normalized'],
                'cur_not_normalized': cur_counts['not_normalized']
            }}) -%}
        {%- elif row['check_name'] == 'new_category' -%}
            {%- do found['classes'].update({'new_classes': driftql._new_classes(ref_counts, cur_counts, row)}) -%}
        {%- else -%}
            {%- set threshold = settings['thresholds']['class_shift'] -%}
            {%- do found.update({'classes': driftql._class_shift(ref_counts, cur_counts, row['p_value'], threshold)}) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- do driftql._warn_of_unlabeled(layout, ref_counts, cur_counts, found) -%}
    {%- if layout['probabilities'] -%}
        {%- set tolerance = '{:g}'.format(settings['thresholds']['probability_tolerance']) -%}
        {%- for role, counts in [['reference', ref_counts], ['current', cur_counts]] -%}
            {%- for count, words in [
                [counts['rows'] - counts['scored'], 'have an incomplete probability vector and are left out of the entropy'],
                [counts['out_of_range'], 'have a probability outside [0, 1]'],
                [counts['not_normalized'], 'have probabilities that do not sum to 1 (within ' ~ tolerance ~ ')']
            ] if count > 0 -%}
                {%- do found['warnings'].append('{:,}'.format(count) ~ ' ' ~ role ~ ' rows ' ~ words) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{# Return the share of each class in both windows, and the classes that moved beyond the threshold, most moved first. #}
{% macro _class_shift(ref_counts, cur_counts, p_value, threshold) %}
    {%- set ref_dist, cur_dist = {}, {} -%}
    {%- set moves = [] -%}
    {%- set names = ref_counts['labels'].keys() | list + cur_counts['labels'].keys() | list -%}
    {%- for name in names | unique(true) | sort(case_sensitive=true) -%}
        {%- do ref_dist.update({name: ref_counts['labels'].get(name, 0) / ref_counts['labeled']}) -%}
        {%- do cur_dist.update({name: cur_counts['labels'].get(name, 0) / cur_counts['labeled']}) -%}
        {%- do moves.append({'name': name, 'shift': (cur_dist[name] - ref_dist[name]) | abs}) -%}
    {%- endfor -%}
    {%- set moves = moves | sort(attribute='shift', reverse=true) -%}
    {{ return({
        'ref_dist': ref_dist,
        'cur_dist': cur_dist,
        'max_shift': moves[0]['shift'],
        'shifted_classes': moves | selectattr('shift', 'gt', threshold) | map(attribute='name') | list,
        'is_flagged': false,
        'p_value': p_value,
        'new_classes': none,
        'ref_unlabeled': ref_counts['rows'] - ref_counts['labeled'],
        'cur_unlabeled': cur_counts['rows'] - cur_counts['labeled']
    }) }}
{% endmacro %}


{# Warn of many rows without a label: a tenth more than in the reference, or half of a window. #}
{% macro _warn_of_unlabeled(layout, ref_counts, cur_counts, found) %}
    {%- if layout['label'] is not none and ref_counts['rows'] and cur_counts['rows'] -%}
        {%- set ref_share = 1 - ref_counts['labeled'] / ref_counts['rows'] -%}
        {%- set cur_share = 1 - cur_counts['labeled'] / cur_counts['rows'] -%}
        {%- if cur_share - ref_share >= 0.1 or [ref_share, cur_share] | max >= 0.5 -%}
            {%- do found['warnings'].append(
                'many rows have no label: ' ~ '{:.1f}'.format(100 * ref_share) ~ '% of the reference window and '
                ~ '{:.1f}'.format(100 * cur_share) ~ '% of the current one; reject rate and class mix are those of the others'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

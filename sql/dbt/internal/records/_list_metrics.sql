{# List every number of a report as [window, feature or class, metric, value, threshold, flagged], as Python does. #}
{% macro _list_metrics(report, thresholds) %}
    {%- set cutoff = report['evidence_cutoff'] -%}
    {%- set metrics = [] -%}
    {%- for role in ('reference', 'current') -%}
        {%- do metrics.append([role, none, 'rows', report[role]['rows'], none, none]) -%}
    {%- endfor -%}
    {%- do metrics.extend(driftql._list_feature_metrics(report, thresholds)) -%}
    {%- for part, values, effect, name, p_value in [
        ['reject_rate_drift', {'reject_rate': ('ref_rate', 'cur_rate')}, 'increase', 'reject_rate_increase', 'reject_rate_p_value'],
        ['entropy_drift', {'mean_entropy': ('ref_mean_entropy', 'cur_mean_entropy')}, 'ratio', 'entropy_ratio', 'entropy_p_value'],
        ['class_shift', {}, 'max_shift', 'class_shift', 'class_shift_p_value']
    ] if report[part] is not none -%}
        {%- set result = report[part] -%}
        {%- for metric, (ref_value, cur_value) in values.items() -%}
            {%- do metrics.append(['reference', none, metric, result[ref_value], none, none]) -%}
            {%- do metrics.append(['current', none, metric, result[cur_value], none, none]) -%}
        {%- endfor -%}
        {%- for role, shares in [['reference', result.get('ref_dist', {})], ['current', result.get('cur_dist', {})]] -%}
            {%- for class, share in shares.items() -%}
                {%- do metrics.append([role, class, 'class_share', share, none, none]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {#- One alert flags one metric: of the entropy the change, where the ratio is not beyond its threshold. -#}
        {%- set by_change = name == 'entropy_ratio' and result['change'] is not none and result['ratio'] <= thresholds[name] -%}
        {%- set is_flagged = result['is_flagged'] and not by_change -%}
        {%- do metrics.append(['comparison', none, name, result[effect], thresholds[name], is_flagged]) -%}
        {%- if name == 'entropy_ratio' -%}
            {%- set is_flagged = result['is_flagged'] and by_change -%}
            {%- do metrics.append(
                ['comparison', none, 'entropy_change', result['change'], thresholds['entropy_increase'], is_flagged]
            ) -%}
        {%- endif -%}
        {%- do metrics.append(['comparison', none, p_value, result['p_value'], cutoff, none]) -%}
        {%- if result.get('new_classes') -%}
            {%- set new = result['new_classes'] -%}
            {%- set flags_label = report['alerts'] | selectattr('trigger', 'equalto', 'new_category')
                | rejectattr('affected_features') | list | length > 0 -%}
            {%- do metrics.extend([
                ['comparison', none, 'new_class_share', new['share'], thresholds['new_category'], flags_label],
                ['comparison', none, 'new_class_p_value', new['p_value'], cutoff, none]
            ]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do metrics.extend(driftql._list_missing_metrics(report, thresholds)) -%}
    {{ return(metrics) }}
{% endmacro %}


{# List the numbers of the features. #}
{% macro _list_feature_metrics(report, thresholds) %}
    {%- set cutoff = report['evidence_cutoff'] -%}
    {%- set flagged = [] -%}
    {%- for alert in report['alerts'] if alert['affected_features'] -%}
        {%- do flagged.append([alert['trigger'], alert['affected_features'][0]]) -%}
    {%- endfor -%}
    {%- set ks_threshold = thresholds['ks'] if thresholds['evidence'] else none -%}
    {%- set metrics = [] -%}
    {%- for result in (report['feature_report'] or {'results': []})['results'] -%}
        {%- set name = result['feature'] -%}
        {%- do metrics.extend([
            ['comparison', name, 'psi', result['psi'], thresholds['psi'], ['feature_psi', name] in flagged],
            ['comparison', name, 'psi_p_value', result['psi_p_value'], cutoff, none]
        ]) -%}
        {%- if result['kind'] == 'category' -%}
            {%- do metrics.extend(driftql._list_category_metrics(result, thresholds, cutoff, flagged)) -%}
        {%- else -%}
            {%- do metrics.extend([
                ['comparison', name, 'ks_statistic', result['ks_statistic'], ks_threshold, ['feature_ks', name] in flagged],
                ['comparison', name, 'ks_p_value', result['ks_p_value'], cutoff, none]
            ]) -%}
        {%- endif -%}
        {%- for role, prefix in [['reference', 'ref_'], ['current', 'cur_']] if report[role]['rows'] -%}
            {%- set rows = report[role]['rows'] -%}
            {%- do metrics.append([role, name, 'missing_rate', result[prefix ~ 'missing'] / rows, none, none]) -%}
            {%- do metrics.append([role, name, 'non_finite_rate', result[prefix ~ 'non_finite'] / rows, none, none]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}


{# List what is recorded of categories in place of KS. #}
{% macro _list_category_metrics(result, thresholds, cutoff, flagged) %}
    {%- set name, limit = result['feature'], thresholds['category_shift'] -%}
    {%- set moved = result['total_variation'] is not none and result['total_variation'] > limit -%}
    {%- set metrics = [[
        'comparison', name, 'total_variation', result['total_variation'], limit, moved and ['feature_psi', name] in flagged
    ]] -%}
    {%- if result['new_categories'] is not none -%}
        {%- set new = result['new_categories'] -%}
        {%- do metrics.extend([
            ['comparison', name, 'new_category_share', new['share'], thresholds['new_category'], ['new_category', name] in flagged],
            ['comparison', name, 'new_category_p_value', new['p_value'], cutoff, none]
        ]) -%}
    {%- endif -%}
    {{ return(metrics) }}
{% endmacro %}


{# List how the share of missing values has changed; the rates of the features stand with their other numbers. #}
{% macro _list_missing_metrics(report, thresholds) %}
    {%- set metrics = [] -%}
    {%- for one in report['missing_values'] -%}
        {%- set name, kind = one['column'] or one['role'], one['kind'] -%}
        {%- if one['role'] in ('label', 'probabilities', 'user', 'bucket_start') -%}
            {%- do metrics.append(['reference', name, kind ~ '_rate', one['ref_share'], none, none]) -%}
            {%- do metrics.append(['current', name, kind ~ '_rate', one['cur_share'], none, none]) -%}
        {%- endif -%}
        {%- do metrics.extend([
            ['comparison', name, kind ~ '_increase', one['increase'], thresholds['missing_increase'], one['is_flagged']],
            ['comparison', name, kind ~ '_p_value', one['p_value'], report['evidence_cutoff'], none]
        ]) -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}

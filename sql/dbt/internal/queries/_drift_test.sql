{#
  Write the query of a generic test: what has drifted, one row per finding. A check that could not be computed is a row, too.
  When dbt runs the test, and checks are recorded, the check is run here, and the query holds what it found.

  Columns: check_name, feature (or the class that moved most), effect (PSI, KS statistic, increase, ratio, shift), threshold,
  p_value, evidence_cutoff, severity, reason, entropy_change, total_variation.

  name    the test's name, for errors
  check   the check's name in results_query
  rule    the threshold's name
  model   a relation; or, with `where`, a query in parentheses with its alias
  given   list of dictionaries of options, the strongest last
  column  the one column to look at, of new categories and missing values; none: all that a check compares
#}
{% macro _drift_test(name, check, rule, threshold, model, given, column=none) %}
    {%- if not execute -%}
        {{ return('select 1 as not_compiled') }}
    {%- endif -%}
    {%- set options = given + ([{'thresholds': {rule: threshold}}] if threshold is not none else []) -%}
    {%- set settings = driftql._merge_test_settings(name, options) -%}
    {%- if not driftql._is_enabled(settings) or driftql._is_not_built(model, settings) -%}
        {{ return('select * from ' ~ driftql._empty_query('drift_check') ~ ' as not_checked') }}
    {%- endif -%}
    {#- A test of named features is about these alone. -#}
    {%- do settings.update({
        'with_scores': settings['features'] == 'auto' and check != 'new_category',
        'only_column': column if check == 'new_category' else none
    }) -%}
    {%- do settings.update({'categories': []}) if check not in ('feature_psi', 'new_category', 'missing_increase') -%}
    {#- The report of this one would count all that the others need. -#}
    {%- if settings['history']['enabled'] and driftql._runs_test(settings) and check != 'missing_increase' -%}
        {%- set entry = driftql._run_one_check(settings, model, check) -%}
        {#- What is missing altogether is an error. -#}
        {%- do driftql._test_results(name, check, entry['resolved']) -%}
        {%- do driftql._remember(entry) -%}
        {{ return(driftql._write_findings(check, entry)) }}
    {%- endif -%}
    {%- set resolved = driftql._resolve_check(settings, model, none) -%}
    {%- if check == 'missing_increase' -%}
        {%- set results = driftql._missing_test(name, column, resolved) -%}
    {%- else -%}
        {%- set results = driftql._test_results(name, check, resolved) -%}
    {%- endif -%}
    {%- set source = "(\n    select *\n    from " ~ results ~ " as results\n    where check_name = '" ~ check ~ "'\n)" -%}
select
    check_name,
    feature,
    effect,
    threshold,
    p_value,
    evidence_cutoff,
    coalesce(severity, {{ driftql._text_literal('not computed') }}) as severity,
    reason,
    entropy_change,
    total_variation
from (
{{ driftql.verdict_query(source, resolved['rules'], [], []) | trim | indent(4, true) }}
) as verdicts
where {{ driftql._is_finding() }}
{% endmacro %}


{# Write the results of a check; stop where the model has nothing to look at. #}
{% macro _test_results(name, check, resolved) %}
    {%- if check in ('feature_psi', 'feature_ks') -%}
        {{ return(driftql._feature_results(name, resolved)) }}
    {%- elif check == 'new_category' -%}
        {{ return(driftql._new_category_results(name, resolved)) }}
    {%- endif -%}
    {{ return(driftql._label_results(name, check, resolved)) }}
{% endmacro %}


{# Write the results of both checks of each feature. #}
{% macro _feature_results(name, resolved) %}
    {%- set queries = [] -%}
    {%- for feature, reason in resolved['layout']['unusable'] -%}
        {%- for check in ('feature_psi', 'feature_ks') -%}
            {%- do queries.append(driftql._result_row(check, feature, none, none, reason)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do queries.extend(driftql._category_results(resolved)) -%}
    {%- if not resolved['features'] and not queries -%}
        {{ driftql._raise_error(name ~ ": the model has no numeric column to check") }}
    {%- endif -%}
    {%- for features in resolved['features'] -%}
        {%- do queries.append(driftql.results_query(
            resolved['reference']['sql'], resolved['current']['sql'], features, [], resolved['fractions'], 'null', [], 0,
            resolved['rules']
        )) -%}
    {%- endfor -%}
    {{ return(driftql._union_queries(queries)) }}
{% endmacro %}


{# Write the results of both checks of each feature that has categories, as a list of queries. #}
{% macro _category_results(resolved) %}
    {%- set queries = [] -%}
    {%- for feature, reason in resolved['layout']['lost_categories'] -%}
        {%- for check in ('feature_psi', 'new_category') -%}
            {%- do queries.append(driftql._result_row(check, feature, none, none, reason)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for features in resolved['categories'] -%}
        {%- do queries.append(driftql.results_query(
            resolved['reference']['sql'], resolved['current']['sql'], [], features, resolved['fractions'], 'null', [], 0,
            resolved['rules']
        )) -%}
    {%- endfor -%}
    {{ return(queries) }}
{% endmacro %}


{# Write the results of new categories and of new classes of the label. #}
{% macro _new_category_results(name, resolved) %}
    {%- set queries = driftql._category_results(resolved) -%}
    {%- if resolved['layout']['label'] is not none -%}
        {%- do queries.append(driftql._label_results(name, 'new_category', resolved)) -%}
    {%- elif not queries -%}
        {{ driftql._raise_error(
            name ~ ": the model has no column of categories and no label to check; name columns with categories"
        ) }}
    {%- endif -%}
    {{ return(driftql._union_queries(queries)) }}
{% endmacro %}


{# Write the result of a check of the labels or of the probabilities, with the class that moved most as the feature. #}
{% macro _label_results(name, check, resolved) %}
    {%- set layout, rules = resolved['layout'], resolved['rules'] -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- if check == 'entropy_spike' -%}
        {%- if not layout['probabilities'] -%}
            {{ driftql._raise_error(
                name ~ ": no class probabilities were found" ~ driftql._lost_reason(layout, check)
                ~ ": name them with probabilities, such as 'p_*'"
            ) }}
        {%- endif -%}
        {%- set labels = driftql.labels_query(ref, cur, 'null', layout['probability_names'], layout['is_list'], rules) -%}
    {%- else -%}
        {%- if layout['label'] is none -%}
            {{ driftql._raise_error(
                name ~ ": there is no label column" ~ driftql._lost_reason(layout, check)
                ~ ": put the test under the column, or name it predicted_label"
            ) }}
        {%- endif -%}
        {%- set labels = driftql.labels_query(ref, cur, resolved['label'], [], 0, rules) -%}
    {%- endif -%}
    {{ return(driftql._union_queries([
        'select check_name, class_name as feature, effect, p_value, reason, entropy_change, '
        ~ driftql.as_double('null') ~ ' as total_variation\nfrom '
        ~ driftql._union_queries([labels]) ~ ' as labels'
    ])) }}
{% endmacro %}


{# Return why a check has no column, in parentheses; '' where no relation has one. #}
{% macro _lost_reason(layout, check) %}
    {%- for name, reason in layout['lost'] if name == check -%}
        {{ return(' (' ~ reason ~ ')') }}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}

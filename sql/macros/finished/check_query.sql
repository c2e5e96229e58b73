{#
  The whole check in one query: one row per check, with effect, evidence and verdict. See verdict_query for its columns.

  features   list of [quoted name, value, is_float]; some 25 in one statement: for more, collect results_query of several
             statements in a table and give that to verdict_query, or apply its rule to the rows that were fetched
  categories list of [quoted name, reference, current]: features whose categories are compared, see categories_query; some 8
  fractions  the quantiles that make the PSI bins
  settings   min_rows, psi_epsilon, psi, ks, reject_rate_increase, entropy_ratio, entropy_increase, class_shift, category_shift,
             new_category, category_limit, missing_increase, alpha, evidence (1 or 0),
             reject_label (a quoted text), entropy_floor, probability_tolerance
  uncounted, timeless  what is not compared, or not looked at: see verdict_steps
  missing    of which columns missing values are compared: see missing_count_steps; may be empty
#}
{% macro check_query(ref, cur, features, categories, fractions, label, probabilities, is_list, settings, uncounted, timeless, missing) %}
    {{ return(adapter.dispatch('check_query', 'driftql')(ref, cur, features, categories, fractions, label, probabilities, is_list, settings, uncounted, timeless, missing)) }}
{% endmacro %}

{% macro default__check_query(ref, cur, features, categories, fractions, label, probabilities, is_list, settings, uncounted, timeless, missing) -%}
{%- set names = [
    'psi', 'ks', 'reject_rate_increase', 'entropy_ratio', 'entropy_increase', 'class_shift', 'category_shift', 'new_category',
    'missing_increase', 'alpha', 'min_rows', 'psi_epsilon',
    'reject_label'
] -%}
{%- set columns = 'check_name, feature, effect, p_value, reason, entropy_change' -%}
{%- set together %}
    select {{ columns }}, total_variation from results
    union all
    select {{ columns }}, {{ driftql.as_double('null') }}
    from missing_results
{%- endset -%}
{#- What an analyst may change stands at the top, so the names of the columns do. #}
{%- set counts = driftql.missing_count_steps(ref, cur, missing, is_list) if missing else [] -%}
{%- set more = counts[1:] + driftql.missing_test_steps()
    + [['all_results', 'these and the checks', together, 0]] if missing else [] -%}
{%- set steps = driftql.threshold_steps(settings, names) + counts[:1]
    + driftql.result_steps(ref, cur, features, categories, fractions, label, probabilities, is_list, settings)
    + more + driftql.verdict_steps('all_results' if missing else 'results', settings['evidence'], uncounted, timeless) -%}
{{ driftql.query(steps, 'the verdict', driftql.verdict_results()) }}
{%- endmacro %}

{#
  The whole check in one query: one row per check, with effect, evidence and verdict. See verdict_query for its columns.

  features   list of [quoted name, value, is_float]; some 25 in one statement: for more, collect results_query of several
             statements in a table and give that to verdict_query, or apply its rule to the rows that were fetched
  categories list of [quoted name, reference, current]: features whose categories are compared, see categories_query; some 8
  fractions  the quantiles that make the PSI bins
  settings   min_rows, psi_epsilon, psi, ks, reject_rate_increase, entropy_ratio, entropy_increase, class_shift, category_shift,
             new_category, category_limit, alpha, evidence (1 or 0),
             reject_label (a quoted text), entropy_floor, probability_tolerance
  uncounted, timeless  what is not compared, or not looked at: see verdict_steps
#}
{% macro check_query(ref, cur, features, categories, fractions, label, probabilities, is_list, settings, uncounted, timeless) %}
    {{ return(adapter.dispatch('check_query', 'driftql')(ref, cur, features, categories, fractions, label, probabilities, is_list, settings, uncounted, timeless)) }}
{% endmacro %}

{% macro default__check_query(ref, cur, features, categories, fractions, label, probabilities, is_list, settings, uncounted, timeless) -%}
{%- set names = [
    'psi', 'ks', 'reject_rate_increase', 'entropy_ratio', 'entropy_increase', 'class_shift', 'category_shift', 'new_category',
    'alpha', 'min_rows', 'psi_epsilon',
    'reject_label'
] -%}
{%- set steps = driftql.threshold_steps(settings, names)
    + driftql.result_steps(ref, cur, features, categories, fractions, label, probabilities, is_list, settings)
    + driftql.verdict_steps('results', settings['evidence'], uncounted, timeless) -%}
{{ driftql.query(steps, 'the verdict', driftql.verdict_results()) }}
{%- endmacro %}

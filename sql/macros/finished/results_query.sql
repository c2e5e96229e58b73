{#
  What a verdict is made from: one row per check, two of each feature, with its effect, its p-value, and why there is none.

  features   list of [quoted name, value, is_float]; empty: no feature checks
  categories list of [quoted name, reference, current]: features whose categories are compared, see categories_query;
             may be empty
  fractions  the quantiles that make the PSI bins
  settings   see features_query, categories_query and labels_query

  Columns: check_name, feature (NULL for the label checks), effect, p_value, reason, entropy_change (see labels_query),
  total_variation (of feature_psi of categories, see categories_query).
#}
{% macro results_query(ref, cur, features, categories, fractions, label, probabilities, is_list, settings) %}
    {{ return(adapter.dispatch('results_query', 'driftql')(ref, cur, features, categories, fractions, label, probabilities, is_list, settings)) }}
{% endmacro %}

{% macro default__results_query(ref, cur, features, categories, fractions, label, probabilities, is_list, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'psi_epsilon', 'reject_label'])
    + driftql.result_steps(ref, cur, features, categories, fractions, label, probabilities, is_list, settings) -%}
{{ driftql.query(steps, 'one row per check', 'select * from results') }}
{%- endmacro %}

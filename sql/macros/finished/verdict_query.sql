{#
  Which checks raise an alert: an effect large enough to matter, and evidence over all p-values of the source together.

  source    a quoted table, or a query in parentheses, with one row per check and the columns check_name, feature, effect,
            p_value, reason, entropy_change, total_variation (as results_query gives them); where the features come in several
            statements, it
            must hold the rows of all
  settings  the thresholds psi, ks, reject_rate_increase, entropy_ratio, entropy_increase, class_shift, category_shift
             new_category and missing_increase; alpha; evidence
            (1, or 0 for the fixed rules)
  uncounted, timeless  what is not compared, or not looked at: see verdict_steps

  Columns: check_name, feature, effect, threshold, p_value, evidence_cutoff, is_flagged, severity, reason, entropy_change,
  total_variation. The cut-off is that of Benjamini and Hochberg (1995): of K p-values in ascending order, with k the last
  for which p <= alpha * k / K, it is alpha * max(k, 1) / K. is_flagged is NULL where a check is not computed: no effect, or
  an effect beyond its threshold without a p-value; the reason says why. feature_ks is flagged only where feature_psi is
  not. entropy_spike is flagged where its effect, the ratio, is above entropy_ratio, or where its entropy_change is at least
  entropy_increase, up or down. feature_psi is flagged where its effect is above psi, or its total_variation above
  category_shift. missing_increase is critical where its effect is 0.5 or more; its reason says in any case in how many rows what is
  missing. schema_change is always flagged, and critical where a feature or a role is lost. A row with the check_name columns_left_out or rows_left_out is no check: it says what no check has looked
  at, and its is_flagged is false.

  Worked example, alpha 0.05:

    p_value  rank  alpha * rank / 4
    0.001    1     0.0125            passes
    0.020    2     0.0250            passes: k = 2, and the cut-off is 0.025
    0.040    3     0.0375
    0.700    4     0.0500
#}
{% macro verdict_query(source, settings, uncounted, timeless) %}
    {{ return(adapter.dispatch('verdict_query', 'driftql')(source, settings, uncounted, timeless)) }}
{% endmacro %}

{% macro default__verdict_query(source, settings, uncounted, timeless) -%}
{%- set steps = driftql.threshold_steps(
        settings, ['psi', 'ks', 'reject_rate_increase', 'entropy_ratio', 'entropy_increase', 'class_shift', 'category_shift', 'new_category',
            'missing_increase', 'alpha']
    ) + driftql.verdict_steps(source, settings['evidence'], uncounted, timeless) -%}
{{ driftql.query(steps, 'the verdict', driftql.verdict_results()) }}
{%- endmacro %}

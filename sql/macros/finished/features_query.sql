{#
  PSI and KS of several features, finished: one row per feature, in the order given.

  features   list of [quoted name, value, is_float]; some 25 in one statement
  fractions  the quantiles that make the PSI bins, such as [0.1, ..., 0.9]
  settings   min_rows: fewer finite values in a window are too few; psi_epsilon: shares below it are raised to it

  Columns: feature; ref_rows, cur_rows (finite values), ref_missing, cur_missing (NULL), ref_non_finite, cur_non_finite (NaN
  and infinities); psi, psi_p_value, psi_noise (what noise alone exceeds in 5 % of checks); ks_statistic, ks_p_value,
  ks_location (the value at which the distribution functions are furthest apart); ref_minimum, ref_maximum; psi_reason and
  ks_reason: why there is no statistic or no p-value, else NULL.

  PSI without drift is (1 / n + 1 / m) times a chi-square variable, where all bins hold many rows (Yurdakul and Naranjo 2020,
  Journal of Risk Model Validation 14(4)). With r rows of n in a bin, noise adds 1 in 2 * m * (bins - 1) / sum(n / r - 1) to
  it: that matters where a bin expects fewer than 300 rows, and below psi_null_rows() there is no p-value.
  Values are compared as doubles.
#}
{% macro features_query(ref, cur, features, fractions, settings) %}
    {{ return(adapter.dispatch('features_query', 'driftql')(ref, cur, features, fractions, settings)) }}
{% endmacro %}

{% macro default__features_query(ref, cur, features, fractions, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'psi_epsilon']) + driftql.value_steps(ref, cur, features)
    + driftql.gap_steps(1, fractions | length + 1) + driftql.bin_steps(fractions) + driftql.share_steps()
    + driftql.presence_steps(features) + driftql.feature_steps('place') + driftql.tail_steps('feature_tests', 0) -%}
{{ driftql.query(steps, 'one row per feature', driftql.feature_results() ~ '\norder by place') }}
{%- endmacro %}

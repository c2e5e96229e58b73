{#
  The bins behind the PSI of each feature: one row per feature and bin, in order.

  features   list of [quoted name, value, is_float]
  fractions  the quantiles that make the bins, such as [0.1, ..., 0.9]
  settings   psi_epsilon: shares below it are raised to it

  Columns: feature, bin (its number from 1), lower and upper (a bin holds lower <= x < upper; NULL at an open end),
  ref_count, cur_count, contribution (its part of the PSI). Equal quantiles are one edge, as in the Python host.
#}
{% macro bins_query(ref, cur, features, fractions, settings) %}
    {{ return(adapter.dispatch('bins_query', 'driftql')(ref, cur, features, fractions, settings)) }}
{% endmacro %}

{% macro default__bins_query(ref, cur, features, fractions, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['psi_epsilon']) + driftql.value_steps(ref, cur, features)
    + driftql.gap_steps(1, fractions | length + 1) + driftql.bin_steps(fractions) + driftql.share_steps() -%}
{{ driftql.query(steps, 'the bins, numbered', driftql.bin_results('place') ~ '\norder by feature, bin') }}
{%- endmacro %}

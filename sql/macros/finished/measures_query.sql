{#
  The features and the bins behind their PSI in one query, which counts the values once: one row per feature and bin, and one
  per feature without bins.

  features   list of [quoted name, value, is_float]; some 25 in one statement
  fractions  the quantiles that make the PSI bins, such as [0.1, ..., 0.9]
  settings   min_rows and psi_epsilon, see features_query

  Columns: those of features_query, in every row of the feature; then bin, lower, upper, ref_count, cur_count and contribution, see
  bins_query (NULL without bins).
#}
{% macro measures_query(ref, cur, features, fractions, settings) %}
    {{ return(adapter.dispatch('measures_query', 'driftql')(ref, cur, features, fractions, settings)) }}
{% endmacro %}

{% macro default__measures_query(ref, cur, features, fractions, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'psi_epsilon']) + driftql.value_steps(ref, cur, features)
    + driftql.gap_steps(1, fractions | length + 1) + driftql.bin_steps(fractions) + driftql.share_steps()
    + driftql.presence_steps(features) + driftql.feature_steps('place') + driftql.tail_steps('feature_tests', 0)
    + [
        ['measures', 'one row per feature', driftql.feature_results() | indent(4, true), 1],
        ['named_bins', 'one row per feature and bin', driftql.bin_results('place') | indent(4, true), 1]
    ] -%}
{%- set final -%}
select measures.*, bin, lower, upper, ref_count, cur_count, contribution
from features
inner join measures on measures.feature = features.feature
left join named_bins on named_bins.feature = features.feature
order by place, bin
{%- endset -%}
{{ driftql.query(steps, 'the features with their bins', final) }}
{%- endmacro %}

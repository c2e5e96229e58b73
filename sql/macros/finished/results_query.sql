{#
  What a verdict is made from: one row a check, two of them a feature, with its effect, its p-value, and why there is none.

  features   list of [quoted name, value, is_float]; empty: no feature checks
  fractions  the quantiles that make the PSI bins
  settings   see features_query and labels_query

  Columns: check_name, feature (NULL for the label checks), effect, p_value, reason.
#}
{% macro results_query(ref, cur, features, fractions, label, probabilities, is_list, settings) %}
    {{ return(adapter.dispatch('results_query', 'driftql')(ref, cur, features, fractions, label, probabilities, is_list, settings)) }}
{% endmacro %}

{% macro default__results_query(ref, cur, features, fractions, label, probabilities, is_list, settings) -%}
{%- set has_labels = label != 'null' or probabilities -%}
{%- if features -%}
select
    names.check_name,
    features.feature,
    case names.check_name when 'feature_psi' then features.psi else features.ks_statistic end as effect,
    case names.check_name when 'feature_psi' then features.psi_p_value else features.ks_p_value end as p_value,
    case names.check_name when 'feature_psi' then features.psi_reason else features.ks_reason end as reason
from (
{{ driftql.features_query(ref, cur, features, fractions, settings) | indent(4, true) }}
) as features
cross join (
    select {{ driftql.as_text("'feature_psi'") }} as check_name
    union all
    select {{ driftql.as_text("'feature_ks'") }} as check_name
) as names
{%- endif %}
{%- if features and has_labels %}
union all
{%- endif %}
{%- if has_labels or not features %}
select
    check_name,
    {{ driftql.as_text('null') }} as feature,
    effect,
    p_value,
    reason
from (
{{ driftql.labels_query(ref, cur, label, probabilities, is_list, settings) | indent(4, true) }}
) as labels
{%- endif %}
{{- driftql.query_settings() }}
{%- endmacro %}

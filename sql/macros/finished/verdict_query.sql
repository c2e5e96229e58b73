{#
  Which checks raise an alert: an effect large enough to matter, and evidence over all p-values of the source together.

  source    a quoted table, or a query in parentheses, with one row a check and the columns check_name, feature, effect,
            p_value, reason (as results_query gives them); where the features come in several statements, it must hold
            the rows of all
  settings  the thresholds psi, ks, reject_rate_increase, entropy_ratio and class_shift; alpha; evidence (1, or 0 for the
            fixed rules)

  Columns: check_name, feature, effect, threshold, p_value, evidence_cutoff, is_flagged, severity, reason. The cut-off is
  that of Benjamini and Hochberg (1995): of K p-values in ascending order, with k the last for which p <= alpha * k / K, it
  is alpha * max(k, 1) / K. is_flagged is NULL where a check is not computed: no effect, or an effect beyond its threshold
  without a p-value; the reason says why. feature_ks is flagged only where feature_psi is not.

  Worked example, alpha 0.05:

    p_value  rank  alpha * rank / 4
    0.001    1     0.0125            passes
    0.020    2     0.0250            passes: k = 2, and the cut-off is 0.025
    0.040    3     0.0375
    0.700    4     0.0500
#}
{% macro verdict_query(source, settings) %}
    {{ return(adapter.dispatch('verdict_query', 'driftql')(source, settings)) }}
{% endmacro %}

{% macro default__verdict_query(source, settings) -%}
with
-- 1. the p-values by rank
ranked as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        check_name,
        feature,
        effect,
        p_value,
        reason,
        count(p_value) over () as p_values,
        row_number() over (order by coalesce(p_value, 2), check_name, feature) as p_rank
    from {{ source }} as checks
),
-- 2. the last that passes
passing as (
    select
        ranked.*,
        max(case when p_value <= {{ driftql.as_double(settings['alpha']) }} * p_rank / nullif(p_values, 0) then p_rank else 1 end) over () as passed
    from ranked
),
-- 3. the cut-off, the threshold, and whether the effect is beyond it
weighed as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        passing.*,
{%- if settings['evidence'] %}
        {{ driftql.as_double(settings['alpha']) }} * passed / case when p_values > 0 then p_values else 1 end as evidence_cutoff,
{%- else %}
        {{ driftql.as_double('null') }} as evidence_cutoff,
{%- endif %}
        {{ driftql.as_double("case check_name when 'feature_psi' then " ~ settings['psi']
            ~ " when 'feature_ks' then " ~ (settings['ks'] if settings['evidence'] else 'null')
            ~ " when 'reject_rate_increase' then " ~ settings['reject_rate_increase']
            ~ " when 'entropy_spike' then " ~ settings['entropy_ratio']
            ~ " else " ~ settings['class_shift'] ~ " end") }} as threshold,
        case
            when effect is null then 0
            when check_name = 'feature_psi' and effect > {{ settings['psi'] }} then 1
{%- if settings['evidence'] %}
            when check_name = 'feature_ks' and effect >= {{ settings['ks'] }} then 1
{%- else %}
            when check_name = 'feature_ks' and p_value < {{ settings['alpha'] }} then 1
{%- endif %}
            when check_name = 'reject_rate_increase' and effect >= {{ settings['reject_rate_increase'] }} then 1
            when check_name = 'entropy_spike' and effect > {{ settings['entropy_ratio'] }} then 1
            when check_name = 'class_shift' and effect > {{ settings['class_shift'] }} then 1
            else 0
        end as has_effect
    from passing
),
-- 4. alerts before the features' two checks are weighed against each other: 1, 0, or NULL for not computed
judged as (
    select
        weighed.*,
        case
            when effect is null then null
            when has_effect = 0 then 0
{%- if settings['evidence'] %}
            when p_value is null then null
            when p_value <= evidence_cutoff then 1
            else 0
{%- else %}
            else 1
{%- endif %}
        end as alerts
    from weighed
),
settled as (
    select
        judged.*,
        case
            when check_name = 'feature_ks' and max(case when check_name = 'feature_psi' then alerts end) over (partition by feature) = 1 then 0
            else alerts
        end as flag
    from judged
)

-- 5. the verdict
select
    check_name,
    feature,
    effect,
    threshold,
    p_value,
    evidence_cutoff,
    case when flag is not null then flag = 1 end as is_flagged,
    case
        when flag = 1 and check_name = 'feature_psi' and effect > 2 * threshold then 'critical'
        when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
        when flag = 1 then 'warning'
    end as severity,
    case when flag is null then reason end as reason
from settled
order by check_name, feature
{{- driftql.query_settings() }}
{%- endmacro %}

{#
  The final select of a verdict, from the step flags of verdict_steps.
#}
{% macro verdict_results() %}
    {{ return(adapter.dispatch('verdict_results', 'driftql')()) }}
{% endmacro %}

{% macro default__verdict_results() -%}
select
    check_name, feature, effect, threshold, p_value, evidence_cutoff,
    case when flag is not null then flag = 1 end as is_flagged,
    case
        when flag = 1 and check_name = 'feature_psi'
        and (effect > 2 * threshold or total_variation > 2 * category_shift) then 'critical'
        when flag = 1 and check_name = 'new_category' and effect > category_shift and effect > threshold then 'critical'
        when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
        when flag = 1 and check_name = 'missing_increase' and effect >= 5e-1 then 'critical'
        when flag = 1 and check_name = 'schema_change' and effect > 0 then 'critical'
        when flag = 1 then 'warning'
    end as severity,
    {#- A reject label that no row has is a remark; below its threshold no other check needs a reason. #}
    case when flag is null or effect is null or check_name in ('missing_increase', 'schema_change')
        or (check_name = 'reject_rate_increase' and effect = 0 and p_value is null) then reason end as reason,
    entropy_change, total_variation
from flags
order by
    case when check_name in ('columns_left_out', 'rows_left_out') then 1 else 0 end, check_name, coalesce(feature, '')
{%- endmacro %}

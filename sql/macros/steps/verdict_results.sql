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
        when flag = 1 and check_name = 'feature_psi' and effect > 2 * threshold then 'critical'
        when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
        when flag = 1 then 'warning'
    end as severity,
    case when flag is null then reason end as reason, entropy_change
from flags
order by check_name, feature
{%- endmacro %}

{#
  The latest runs, newest window first. `condition` restricts them, such as monitor = 'churn'. `has_times` = 0 for a table
  that an earlier version of driftql has made, without the windows' times.
#}
{% macro recent_runs(runs, condition, max_rows, has_times=1) %}
    {{ return(adapter.dispatch('recent_runs', 'driftql')(runs, condition, max_rows, has_times)) }}
{% endmacro %}

{% macro default__recent_runs(runs, condition, max_rows, has_times) -%}
select run_id, recorded_at, monitor, alerts, critical_alerts, not_computed, summary
    {%- if has_times %},
    reference_start, reference_end, current_start, current_end
    {%- endif %}
from {{ runs }}
where {{ condition }}
order by {{ 'coalesce(current_end, recorded_at) desc, ' if has_times else '' }}recorded_at desc, run_id
limit {{ max_rows }}
{%- endmacro %}

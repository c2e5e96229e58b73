{#
  A metric over time, newest window first. `condition` restricts the rows, such as metric = 'psi' and feature = 'age'.
  `has_times` = 0 for a table that an earlier version of driftql has made, without the windows' times.
#}
{% macro metric_history(metrics, condition, max_rows, has_times=1) %}
    {{ return(adapter.dispatch('metric_history', 'driftql')(metrics, condition, max_rows, has_times)) }}
{% endmacro %}

{% macro default__metric_history(metrics, condition, max_rows, has_times) -%}
select recorded_at, run_id, monitor, window_role, feature, metric, value, threshold, flagged
    {%- if has_times %},
    reference_start, reference_end, current_start, current_end
    {%- endif %}
from {{ metrics }}
where {{ condition }}
order by {{ 'coalesce(current_end, recorded_at) desc, ' if has_times else '' }}recorded_at desc, run_id, feature, window_role
limit {{ max_rows }}
{%- endmacro %}

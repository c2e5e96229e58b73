{#
  A metric over time, newest window first. `condition` restricts the rows, such as metric = 'psi' and feature = 'age'.
  `has_times` is 1, or 0 for a table that an earlier version of driftql has made, without the windows' times. A time that no
  calendar holds is NULL, and comes first.
#}
{% macro metric_history(metrics, condition, max_rows, has_times) %}
    {{ return(adapter.dispatch('metric_history', 'driftql')(metrics, condition, max_rows, has_times)) }}
{% endmacro %}

{% macro default__metric_history(metrics, condition, max_rows, has_times) -%}
select
    {{ driftql.readable_moment('recorded_at') }} as recorded_at,
    run_id,
    monitor,
    window_role,
    feature,
    metric,
    value,
    threshold,
    flagged
    {%- if has_times %},
    {{ driftql.readable_moment('reference_start') }} as reference_start,
    {{ driftql.readable_moment('reference_end') }} as reference_end,
    {{ driftql.readable_moment('current_start') }} as current_start,
    {{ driftql.readable_moment('current_end') }} as current_end
    {%- endif %}
from {{ metrics }}
where {{ condition }}
order by
    case when {{ driftql.readable_moment('recorded_at') }} is null then 0 else 1 end,
{%- if has_times %}
    coalesce(current_end, recorded_at) desc,
{%- endif %}
    recorded_at desc,
    run_id,
    feature,
    window_role
limit {{ max_rows }}
{%- endmacro %}

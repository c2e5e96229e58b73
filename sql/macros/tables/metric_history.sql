{#
  A metric over time, newest first. `condition` restricts the rows, such as metric = 'psi' and feature = 'age'. A
  time that no calendar holds is NULL, and comes first.
#}
{% macro metric_history(metrics, condition, max_rows) %}
    {{ return(adapter.dispatch('metric_history', 'driftql')(metrics, condition, max_rows)) }}
{% endmacro %}

{% macro default__metric_history(metrics, condition, max_rows) -%}
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
from {{ metrics }}
where {{ condition }}
order by
    case when {{ driftql.readable_moment('recorded_at') }} is null then 0 else 1 end,
    recorded_at desc,
    run_id,
    feature,
    window_role
limit {{ max_rows }}
{%- endmacro %}

{#
  The latest runs, newest first. `condition` restricts them, such as monitor = 'churn'. A time that no
  calendar holds is NULL, and comes first.
#}
{% macro recent_runs(runs, condition, max_rows) %}
    {{ return(adapter.dispatch('recent_runs', 'driftql')(runs, condition, max_rows)) }}
{% endmacro %}

{% macro default__recent_runs(runs, condition, max_rows) -%}
select
    run_id,
    {{ driftql.readable_moment('recorded_at') }} as recorded_at,
    monitor,
    alerts,
    critical_alerts,
    not_computed,
    summary
from {{ runs }}
where {{ condition }}
order by
    case when {{ driftql.readable_moment('recorded_at') }} is null then 0 else 1 end,
    recorded_at desc,
    run_id
limit {{ max_rows }}
{%- endmacro %}

{#
  The latest runs, newest window first. A time that no calendar holds is NULL, and comes first.

  runs       the table of runs
  condition  which runs, such as monitor = 'churn'
  max_rows   how many at most
  has_times  1, or 0 for a table of an earlier version of driftql, which has no times of the windows
  has_notes  1, or 0 for such a table without the columns left out, the warnings and the notes
#}
{% macro recent_runs(runs, condition, max_rows, has_times, has_notes) %}
    {{ return(adapter.dispatch('recent_runs', 'driftql')(runs, condition, max_rows, has_times, has_notes)) }}
{% endmacro %}

{% macro default__recent_runs(runs, condition, max_rows, has_times, has_notes) -%}
select
    run_id,
    {{ driftql.readable_moment('recorded_at') }} as recorded_at,
    monitor,
    alerts,
    critical_alerts,
    not_computed,
    summary
    {%- if has_times %},
    {{ driftql.readable_moment('reference_start') }} as reference_start,
    {{ driftql.readable_moment('reference_end') }} as reference_end,
    {{ driftql.readable_moment('current_start') }} as current_start,
    {{ driftql.readable_moment('current_end') }} as current_end
    {%- endif %}
    {%- if has_notes %},
    columns_left_out,
    warnings,
    notes
    {%- endif %}
from {{ runs }}
where {{ condition }}
order by
    case when {{ driftql.readable_moment('recorded_at') }} is null then 0 else 1 end,
{%- if has_times %}
    coalesce(current_end, recorded_at) desc,
{%- endif %}
    recorded_at desc,
    run_id
limit {{ max_rows }}
{%- endmacro %}

{#
  The latest runs, newest first. `condition` restricts them, such as monitor = 'churn'.
#}
{% macro recent_runs(runs, condition, max_rows) %}
    {{ return(adapter.dispatch('recent_runs', 'driftql')(runs, condition, max_rows)) }}
{% endmacro %}

{% macro default__recent_runs(runs, condition, max_rows) -%}
select run_id, recorded_at, monitor, alerts, critical_alerts, not_computed, summary
from {{ runs }}
where {{ condition }}
order by recorded_at desc, run_id
limit {{ max_rows }}
{%- endmacro %}

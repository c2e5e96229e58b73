{#
  A metric over time, newest first. `condition` restricts the rows, such as metric = 'psi' and feature = 'age'.
#}
{% macro metric_history(metrics, condition, max_rows) %}
    {{ return(adapter.dispatch('metric_history', 'driftql')(metrics, condition, max_rows)) }}
{% endmacro %}

{% macro default__metric_history(metrics, condition, max_rows) -%}
select recorded_at, run_id, monitor, window_role, feature, metric, value, threshold, flagged
from {{ metrics }}
where {{ condition }}
order by recorded_at desc, run_id, feature, window_role
limit {{ max_rows }}
{%- endmacro %}

{{ config(alias='driftql_alert_list', materialized='view', enabled=false) }}

{%- set runs = driftql._read_history('runs', this) -%}
{%- set metrics = driftql._read_history('metrics', this) %}

select
    metrics.recorded_at,
    metrics.monitor,
    metrics.metric,
    metrics.feature,
    metrics.value,
    metrics.threshold,
    metrics.reference_start,
    metrics.reference_end,
    metrics.current_start,
    metrics.current_end,
    runs.summary,
    runs.columns_left_out,
    runs.warnings,
    runs.notes,
    runs.run_id,
    runs.invocation_id,
    runs.node_id,
    runs.dbt_target
from {{ metrics }} as metrics
inner join {{ runs }} as runs on runs.run_id = metrics.run_id
where metrics.flagged

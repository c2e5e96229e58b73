{{ config(alias='driftql_run_list', materialized='view', enabled=false) }}

{%- set runs = driftql._read_history('runs', this) %}

select
    recorded_at,
    monitor,
    host,
    summary,
    alerts,
    critical_alerts,
    not_computed,
    reference_source,
    current_source,
    reference_rows,
    current_rows,
    reference_start,
    reference_end,
    current_start,
    current_end,
    columns_left_out,
    warnings,
    notes,
    run_id,
    invocation_id,
    node_id,
    dbt_target
from {{ runs }} as runs

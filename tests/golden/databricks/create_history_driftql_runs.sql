create table if not exists `driftql_runs` (
    run_id string not null,
    host string not null,
    monitor string,
    recorded_at timestamp_ntz not null,
    reference_source string,
    current_source string,
    reference_rows bigint,
    current_rows bigint,
    alerts integer not null,
    critical_alerts integer not null,
    not_computed integer not null,
    summary string,
    report string,
    reference_start timestamp_ntz,
    reference_end timestamp_ntz,
    current_start timestamp_ntz,
    current_end timestamp_ntz
)

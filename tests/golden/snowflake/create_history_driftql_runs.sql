create table if not exists "driftql_runs" (
    run_id varchar(36) not null,
    host varchar(16) not null,
    monitor varchar,
    recorded_at timestamp_ntz not null,
    reference_source varchar,
    current_source varchar,
    reference_rows bigint,
    current_rows bigint,
    alerts integer not null,
    critical_alerts integer not null,
    not_computed integer not null,
    summary varchar,
    report varchar,
    reference_start timestamp_ntz,
    reference_end timestamp_ntz,
    current_start timestamp_ntz,
    current_end timestamp_ntz
)

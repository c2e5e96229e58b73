create table if not exists "driftql_runs" (
    run_id varchar not null,
    host varchar not null,
    monitor varchar,
    recorded_at timestamp(6) not null,
    reference_source varchar,
    current_source varchar,
    reference_rows bigint,
    current_rows bigint,
    alerts integer not null,
    critical_alerts integer not null,
    not_computed integer not null,
    summary varchar,
    report varchar,
    reference_start timestamp(6),
    reference_end timestamp(6),
    current_start timestamp(6),
    current_end timestamp(6)
)

create table if not exists "driftql_runs" (
    run_id varchar(144) not null,
    host varchar(64) not null,
    monitor varchar(65535),
    recorded_at timestamp not null,
    reference_source varchar(65535),
    current_source varchar(65535),
    reference_rows bigint,
    current_rows bigint,
    alerts integer not null,
    critical_alerts integer not null,
    not_computed integer not null,
    summary varchar(65535),
    report varchar(65535),
    reference_start timestamp,
    reference_end timestamp,
    current_start timestamp,
    current_end timestamp
)

create table if not exists "driftql_metrics" (
    run_id varchar(144) not null,
    recorded_at timestamp not null,
    monitor varchar(65535),
    window_role varchar(64) not null,
    feature varchar(65535),
    metric varchar(256) not null,
    value double precision,
    threshold double precision,
    flagged boolean,
    reference_start timestamp,
    reference_end timestamp,
    current_start timestamp,
    current_end timestamp
)

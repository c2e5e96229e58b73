create table if not exists "driftql_metrics" (
    run_id varchar(36) not null,
    recorded_at timestamp_ntz not null,
    monitor varchar,
    window_role varchar(16) not null,
    feature varchar,
    metric varchar(64) not null,
    value double precision,
    threshold double precision,
    flagged boolean,
    reference_start timestamp_ntz,
    reference_end timestamp_ntz,
    current_start timestamp_ntz,
    current_end timestamp_ntz
)

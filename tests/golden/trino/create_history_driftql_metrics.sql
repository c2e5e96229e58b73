create table if not exists "driftql_metrics" (
    run_id varchar not null,
    recorded_at timestamp(6) not null,
    monitor varchar,
    window_role varchar not null,
    feature varchar,
    metric varchar not null,
    value double precision,
    threshold double precision,
    flagged boolean,
    reference_start timestamp(6),
    reference_end timestamp(6),
    current_start timestamp(6),
    current_end timestamp(6)
)

create table if not exists "driftql_metrics" (
    run_id varchar not null,
    recorded_at timestamp(6) not null,
    monitor varchar,
    window_role varchar not null,
    feature varchar,
    metric varchar not null,
    value double precision,
    threshold double precision,
    flagged boolean
)

create table if not exists `driftql_metrics` (
    run_id string not null,
    recorded_at timestamp_ntz not null,
    monitor string,
    window_role string not null,
    feature string,
    metric string not null,
    value double,
    threshold double,
    flagged boolean,
    reference_start timestamp_ntz,
    reference_end timestamp_ntz,
    current_start timestamp_ntz,
    current_end timestamp_ntz
)

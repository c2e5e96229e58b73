create table if not exists "driftql_telemetry" (
    run_id varchar(36) not null,
    recorded_at timestamp_ntz not null,
    monitor varchar,
    user_id varchar,
    window_start timestamp_ntz,
    window_end timestamp_ntz,
    total_windows bigint not null,
    confidence_mean double precision,
    confidence_median double precision,
    confidence_p5 double precision,
    confidence_p95 double precision,
    confidence_std double precision,
    reject_rate double precision,
    mean_entropy double precision,
    schema_version varchar,
    feature_missingness varchar,
    class_distribution varchar
)

create table if not exists "driftql_telemetry" (
    run_id varchar(144) not null,
    recorded_at timestamp not null,
    monitor varchar(65535),
    user_id varchar(65535),
    window_start timestamp,
    window_end timestamp,
    total_windows bigint not null,
    confidence_mean double precision,
    confidence_median double precision,
    confidence_p5 double precision,
    confidence_p95 double precision,
    confidence_std double precision,
    reject_rate double precision,
    mean_entropy double precision,
    schema_version varchar(65535),
    feature_missingness varchar(65535),
    class_distribution varchar(65535)
)

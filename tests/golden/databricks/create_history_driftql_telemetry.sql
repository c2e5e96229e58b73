create table if not exists `driftql_telemetry` (
    run_id string not null,
    recorded_at timestamp_ntz not null,
    monitor string,
    user_id string,
    window_start timestamp_ntz,
    window_end timestamp_ntz,
    total_windows bigint not null,
    confidence_mean double,
    confidence_median double,
    confidence_p5 double,
    confidence_p95 double,
    confidence_std double,
    reject_rate double,
    mean_entropy double,
    schema_version string,
    feature_missingness string,
    class_distribution string
)

create table if not exists `driftql_telemetry` (
    run_id string(36) not null,
    recorded_at datetime not null,
    monitor string,
    user_id string,
    window_start datetime,
    window_end datetime,
    total_windows bigint not null,
    confidence_mean float64,
    confidence_median float64,
    confidence_p5 float64,
    confidence_p95 float64,
    confidence_std float64,
    reject_rate float64,
    mean_entropy float64,
    schema_version string,
    feature_missingness string,
    class_distribution string
)

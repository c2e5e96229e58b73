create table if not exists `driftql_metrics` (
    run_id string(36) not null,
    recorded_at datetime not null,
    monitor string,
    window_role string(16) not null,
    feature string,
    metric string(64) not null,
    value float64,
    threshold float64,
    flagged boolean,
    reference_start datetime,
    reference_end datetime,
    current_start datetime,
    current_end datetime
)

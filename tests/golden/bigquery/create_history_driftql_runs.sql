create table if not exists `driftql_runs` (
    run_id string(36) not null,
    host string(16) not null,
    monitor string,
    recorded_at datetime not null,
    reference_source string,
    current_source string,
    reference_rows bigint,
    current_rows bigint,
    alerts integer not null,
    critical_alerts integer not null,
    not_computed integer not null,
    summary string,
    report string,
    reference_start datetime,
    reference_end datetime,
    current_start datetime,
    current_end datetime
)

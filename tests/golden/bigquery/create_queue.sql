create table if not exists `driftql_queue` (
    request_id string(36) not null,
    user_id string,
    bucket_start_ts datetime,
    bucket_end_ts datetime,
    reason string(32) not null,
    confidence float64,
    predicted_label string,
    created_at datetime not null,
    updated_at datetime not null,
    status string(16) not null,
    row_id string,
    monitor string,
    source string
)

create table if not exists `driftql_queue` (
    request_id string(36) not null,
    user_id string(512) not null,
    bucket_start_ts datetime not null,
    bucket_end_ts datetime not null,
    reason string(32) not null,
    confidence float64,
    predicted_label string(512),
    created_at datetime not null,
    updated_at datetime not null,
    status string(16) not null
)

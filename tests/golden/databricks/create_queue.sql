create table if not exists `driftql_queue` (
    request_id string not null,
    user_id string not null,
    bucket_start_ts timestamp_ntz not null,
    bucket_end_ts timestamp_ntz not null,
    reason string not null,
    confidence double,
    predicted_label string,
    created_at timestamp_ntz not null,
    updated_at timestamp_ntz not null,
    status string not null
)

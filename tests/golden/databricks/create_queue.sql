create table if not exists `driftql_queue` (
    request_id string not null,
    user_id string,
    bucket_start_ts timestamp_ntz,
    bucket_end_ts timestamp_ntz,
    reason string not null,
    confidence double,
    predicted_label string,
    created_at timestamp_ntz not null,
    updated_at timestamp_ntz not null,
    status string not null,
    row_id string,
    monitor string,
    source string
)

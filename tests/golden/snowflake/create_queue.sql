create table if not exists "driftql_queue" (
    request_id varchar(36) not null,
    user_id varchar(512) not null,
    bucket_start_ts timestamp_ntz not null,
    bucket_end_ts timestamp_ntz not null,
    reason varchar(32) not null,
    confidence double precision,
    predicted_label varchar(512),
    created_at timestamp_ntz not null,
    updated_at timestamp_ntz not null,
    status varchar(16) not null
)

create table if not exists "driftql_queue" (
    request_id varchar(36) not null,
    user_id varchar,
    bucket_start_ts timestamp_ntz,
    bucket_end_ts timestamp_ntz,
    reason varchar(32) not null,
    confidence double precision,
    predicted_label varchar,
    created_at timestamp_ntz not null,
    updated_at timestamp_ntz not null,
    status varchar(16) not null,
    row_id varchar,
    monitor varchar,
    source varchar
)

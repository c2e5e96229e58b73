create table if not exists "driftql_queue" (
    request_id varchar(144) not null,
    user_id varchar(65535),
    bucket_start_ts timestamp,
    bucket_end_ts timestamp,
    reason varchar(128) not null,
    confidence double precision,
    predicted_label varchar(65535),
    created_at timestamp not null,
    updated_at timestamp not null,
    status varchar(64) not null,
    row_id varchar(65535),
    monitor varchar(65535),
    source varchar(65535)
)

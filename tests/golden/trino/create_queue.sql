create table if not exists "driftql_queue" (
    request_id varchar not null,
    user_id varchar,
    bucket_start_ts timestamp(6),
    bucket_end_ts timestamp(6),
    reason varchar not null,
    confidence double precision,
    predicted_label varchar,
    created_at timestamp(6) not null,
    updated_at timestamp(6) not null,
    status varchar not null,
    row_id varchar,
    monitor varchar,
    source varchar
)

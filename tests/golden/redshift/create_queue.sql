create table if not exists "driftql_queue" (
    request_id varchar(144) not null,
    user_id varchar(2048) not null,
    bucket_start_ts timestamp not null,
    bucket_end_ts timestamp not null,
    reason varchar(128) not null,
    confidence double precision,
    predicted_label varchar(2048),
    created_at timestamp not null,
    updated_at timestamp not null,
    status varchar(64) not null
)

with
answered as (
    select count(*) as answered_today
    from `driftql_queue` as requests
    where status <> 'pending' and updated_at >= timestamp_ntz '2026-01-15 00:00:00.000000'
),
ranked as (
    select
        request_id,
        user_id,
        case
        when bucket_start_ts >= timestamp_ntz '0001-01-01 00:00:00'
            and bucket_start_ts <= timestamp_ntz '9999-12-31 23:59:59' then bucket_start_ts
    end as start_ts,
        case
        when bucket_end_ts >= timestamp_ntz '0001-01-01 00:00:00'
            and bucket_end_ts <= timestamp_ntz '9999-12-31 23:59:59' then bucket_end_ts
    end as end_ts,
        reason,
        confidence,
        predicted_label,
        case
        when created_at >= timestamp_ntz '0001-01-01 00:00:00'
            and created_at <= timestamp_ntz '9999-12-31 23:59:59' then created_at
    end as queued_at,
        status,
        row_id,
        monitor,
        source,
        row_number() over (
            order by
                case when confidence is null then 0 else 1 end, confidence, user_id, bucket_start_ts, row_id, request_id
        ) as place
    from `driftql_queue` as requests
    where status = 'pending'
)

select
    request_id,
    user_id,
    start_ts as bucket_start_ts,
    end_ts as bucket_end_ts,
    reason,
    confidence,
    predicted_label,
    queued_at as created_at,
    status,
    row_id,
    monitor,
    source
from ranked
cross join answered
where place <= 10 - answered_today
order by place

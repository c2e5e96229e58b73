with
answered as (
    select count(*) as answered_today
    from "driftql_queue" as requests
    where status <> 'pending' and updated_at >= cast('2026-01-15 00:00:00.000000' as timestamp_ntz)
),
ranked as (
    select
        request_id,
        user_id,
        case
        when bucket_start_ts >= cast('0001-01-01 00:00:00' as timestamp_ntz)
            and bucket_start_ts <= cast('9999-12-31 23:59:59' as timestamp_ntz) then bucket_start_ts
    end as start_ts,
        case
        when bucket_end_ts >= cast('0001-01-01 00:00:00' as timestamp_ntz)
            and bucket_end_ts <= cast('9999-12-31 23:59:59' as timestamp_ntz) then bucket_end_ts
    end as end_ts,
        reason,
        confidence,
        predicted_label,
        case
        when created_at >= cast('0001-01-01 00:00:00' as timestamp_ntz)
            and created_at <= cast('9999-12-31 23:59:59' as timestamp_ntz) then created_at
    end as queued_at,
        status,
        row_id,
        monitor,
        source,
        row_number() over (
            order by
                case when confidence is null then 0 else 1 end, confidence, user_id, bucket_start_ts, row_id, request_id
        ) as place
    from "driftql_queue" as requests
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

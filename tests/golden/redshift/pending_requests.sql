with
answered as (
    select count(*) as answered_today
    from "driftql_queue" as requests
    where status <> 'pending' and updated_at >= timestamp '2026-01-15 00:00:00.000000'
),
ranked as (
    select
        request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, status,
        row_number() over (
            order by case when confidence is null then 0 else 1 end, confidence, user_id, bucket_start_ts, request_id
        ) as place
    from "driftql_queue" as requests
    where status = 'pending'
)

select request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, status
from ranked
cross join answered
where place <= 10 - answered_today
order by place

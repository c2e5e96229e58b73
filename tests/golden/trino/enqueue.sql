insert into "driftql_queue" (
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
    status, row_id, monitor, source
)
with
-- 1. what a request says of a row
buckets as (
    select
        cast("user_id" as varchar) as user_id,
        "bucket_start_ts" as bucket_start_ts,
        cast("bucket_end_ts" at time zone 'UTC' as timestamp(6)) as bucket_end_ts,
        case when (abs(cast("confidence" as double precision)) < infinity()) then cast("confidence" as double precision) end as confidence,
        cast("predicted_label" as varchar) as predicted_label,
        cast(null as varchar) as row_id
    from (
        select "user_id", "bucket_start_ts", "bucket_end_ts", "predicted_label", "confidence"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where "user_id" is not null and "bucket_start_ts" is not null
),
-- 2. the rows that may be asked for, least confident first
doubtful as (
    select user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label, row_id
    from buckets
    where 1 = 1
    order by case when confidence is null then 1 else 0 end, confidence, user_id, bucket_start_ts
    limit 20
),
-- 3. each bucket once
numbered as (
    select
        user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label, row_id,
        row_number() over (
            partition by user_id, bucket_start_ts
            order by case when confidence is null then 1 else 0 end, confidence, bucket_end_ts, predicted_label
        ) as place
    from doubtful
)

select
    cast(uuid() as varchar),
    numbered.user_id,
    numbered.bucket_start_ts,
    coalesce(numbered.bucket_end_ts, (numbered.bucket_start_ts + interval '60' second)),
    'drift',
    numbered.confidence,
    numbered.predicted_label,
    timestamp '2026-01-15 08:30:00.000000',
    timestamp '2026-01-15 08:30:00.000000',
    'pending',
    numbered.row_id,
    cast('flights' as varchar),
    cast('predictions' as varchar)
from numbered
left join "driftql_queue" as waiting
    on waiting.user_id = numbered.user_id
    and waiting.bucket_start_ts = numbered.bucket_start_ts
    and waiting.row_id is null
    and waiting.status = 'pending'
where numbered.place = 1 and waiting.request_id is null

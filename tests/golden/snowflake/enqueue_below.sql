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
        dateadd(second, 60, "bucket_start_ts") as bucket_end_ts,
        case when (abs((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision))) < cast('inf' as double precision)) then greatest(cast("p_a" as double precision), cast("p_b" as double precision), cast("p_unknown" as double precision)) end as confidence,
        cast("predicted_label" as varchar) as predicted_label,
        cast(null as varchar) as row_id
    from (
        select "user_id", "bucket_start_ts", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
    where "user_id" is not null and "bucket_start_ts" is not null
),
-- 2. the rows that may be asked for, least confident first
doubtful as (
    select user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label, row_id
    from buckets
    where confidence < 0.5e0
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
    uuid_string(),
    numbered.user_id,
    numbered.bucket_start_ts,
    coalesce(numbered.bucket_end_ts, dateadd(second, 60, numbered.bucket_start_ts)),
    'low_confidence',
    numbered.confidence,
    numbered.predicted_label,
    cast('2026-01-15 08:30:00.000000' as timestamp_ntz),
    cast('2026-01-15 08:30:00.000000' as timestamp_ntz),
    'pending',
    numbered.row_id,
    cast(null as varchar),
    cast('predictions' as varchar)
from numbered
left join "driftql_queue" as waiting
    on waiting.user_id = numbered.user_id
    and waiting.bucket_start_ts = numbered.bucket_start_ts
    and waiting.row_id is null
    and waiting.status = 'pending'
where numbered.place = 1 and waiting.request_id is null

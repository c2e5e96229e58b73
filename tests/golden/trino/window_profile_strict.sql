select
    0 as is_current,
    count(*) as row_count,
    cast(min("bucket_start_ts") as varchar) as first_bucket,
    cast(max("bucket_start_ts") as varchar) as last_bucket,
    cast(min("schema_version") as varchar) as first_version,
    cast(max("schema_version") as varchar) as last_version,
    count("bucket_start_ts") as present_time,
    count("user_id") as present_user,
    count("order") as present_1,
    count(case when (abs("order") < infinity()) then "order" end) as finite_1,
    cast(min(case when (abs("order") < infinity()) then "order" end) as double precision) as minimum_1,
    cast(max(case when (abs("order") < infinity()) then "order" end) as double precision) as maximum_1,
    null as distinct_1
from (
        select "order", "bucket_start_ts", "schema_version", "user_id"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
union all
select
    1 as is_current,
    count(*) as row_count,
    cast(min("bucket_start_ts") as varchar) as first_bucket,
    cast(max("bucket_start_ts") as varchar) as last_bucket,
    cast(min("schema_version") as varchar) as first_version,
    cast(max("schema_version") as varchar) as last_version,
    count("bucket_start_ts") as present_time,
    count("user_id") as present_user,
    count("order") as present_1,
    count(case when (abs("order") < infinity()) then "order" end) as finite_1,
    cast(min(case when (abs("order") < infinity()) then "order" end) as double precision) as minimum_1,
    cast(max(case when (abs("order") < infinity()) then "order" end) as double precision) as maximum_1,
    null as distinct_1
from (
        select "order", "bucket_start_ts", "schema_version", "user_id"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
order by is_current

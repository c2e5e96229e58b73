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
    null as finite_1,
    cast(min("order") as double precision) as minimum_1,
    cast(max("order") as double precision) as maximum_1,
    null as distinct_1,
    count("Amount") as present_2,
    null as finite_2,
    cast(min("Amount") as double precision) as minimum_2,
    cast(max("Amount") as double precision) as maximum_2,
    null as distinct_2,
    count("visits") as present_3,
    null as finite_3,
    cast(min("visits") as double precision) as minimum_3,
    cast(max("visits") as double precision) as maximum_3,
    null as distinct_3,
    count(cast("is_new" as integer)) as present_4,
    null as finite_4,
    cast(min(cast("is_new" as integer)) as double precision) as minimum_4,
    cast(max(cast("is_new" as integer)) as double precision) as maximum_4,
    null as distinct_4
from (
        select "order", "Amount", "visits", "is_new", "bucket_start_ts", "schema_version", "user_id"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
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
    null as finite_1,
    cast(min("order") as double precision) as minimum_1,
    cast(max("order") as double precision) as maximum_1,
    null as distinct_1,
    count("Amount") as present_2,
    null as finite_2,
    cast(min("Amount") as double precision) as minimum_2,
    cast(max("Amount") as double precision) as maximum_2,
    null as distinct_2,
    count("visits") as present_3,
    null as finite_3,
    cast(min("visits") as double precision) as minimum_3,
    cast(max("visits") as double precision) as maximum_3,
    null as distinct_3,
    count(cast("is_new" as integer)) as present_4,
    null as finite_4,
    cast(min(cast("is_new" as integer)) as double precision) as minimum_4,
    cast(max(cast("is_new" as integer)) as double precision) as maximum_4,
    null as distinct_4
from (
        select "order", "Amount", "visits", "is_new", "bucket_start_ts", "schema_version", "user_id"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
order by is_current

select
    cast(min("bucket_start_ts") as varchar) as first_bucket,
    cast(max("bucket_start_ts") as varchar) as last_bucket
from "shop"."predictions" as monitored
where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))

select
    cast(min("bucket_start_ts") as varchar(65535)) as first_bucket,
    cast(max("bucket_start_ts") as varchar(65535)) as last_bucket
from "shop"."predictions" as monitored
where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')

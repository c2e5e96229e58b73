select
    cast(min("bucket_start_ts") as varchar) as first_bucket,
    cast(max("bucket_start_ts") as varchar) as last_bucket
from "shop"."predictions" as monitored

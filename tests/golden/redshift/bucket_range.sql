select
    cast(min("bucket_start_ts") as varchar(65535)) as first_bucket,
    cast(max("bucket_start_ts") as varchar(65535)) as last_bucket
from "shop"."predictions" as monitored

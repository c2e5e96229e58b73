select
    cast(min(cast("bucket_end_ts" at time zone 'UTC' as timestamp(6))) as varchar) as first_bucket,
    cast(max(cast("bucket_end_ts" at time zone 'UTC' as timestamp(6))) as varchar) as last_bucket
from "shop"."predictions" as monitored

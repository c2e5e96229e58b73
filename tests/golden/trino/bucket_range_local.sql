select
    cast(min(cast(with_timezone(cast("bucket_start_ts" as timestamp(6)), 'Europe/Amsterdam') at time zone 'UTC' as timestamp(6))) as varchar) as first_bucket,
    cast(max(cast(with_timezone(cast("bucket_start_ts" as timestamp(6)), 'Europe/Amsterdam') at time zone 'UTC' as timestamp(6))) as varchar) as last_bucket
from "shop"."predictions" as monitored

select
    cast(min(((cast("bucket_start_ts" as timestamp) at time zone 'Europe/Amsterdam') at time zone 'UTC')) as varchar(65535)) as first_bucket,
    cast(max(((cast("bucket_start_ts" as timestamp) at time zone 'Europe/Amsterdam') at time zone 'UTC')) as varchar(65535)) as last_bucket
from "shop"."predictions" as monitored

select
    cast(min(("bucket_end_ts" at time zone 'UTC')) as varchar(65535)) as first_bucket,
    cast(max(("bucket_end_ts" at time zone 'UTC')) as varchar(65535)) as last_bucket
from "shop"."predictions" as monitored

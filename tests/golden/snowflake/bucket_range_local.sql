select
    cast(min(convert_timezone('Europe/Amsterdam', 'UTC', cast("bucket_start_ts" as timestamp_ntz))) as varchar) as first_bucket,
    cast(max(convert_timezone('Europe/Amsterdam', 'UTC', cast("bucket_start_ts" as timestamp_ntz))) as varchar) as last_bucket
from "shop"."predictions" as monitored

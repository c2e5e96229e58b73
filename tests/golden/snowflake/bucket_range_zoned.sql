select
    cast(min(cast(convert_timezone('UTC', "bucket_end_ts") as timestamp_ntz)) as varchar) as first_bucket,
    cast(max(cast(convert_timezone('UTC', "bucket_end_ts") as timestamp_ntz)) as varchar) as last_bucket
from "shop"."predictions" as monitored

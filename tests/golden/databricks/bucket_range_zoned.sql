select
    cast(min(cast(to_utc_timestamp(`bucket_end_ts`, current_timezone()) as timestamp_ntz)) as string) as first_bucket,
    cast(max(cast(to_utc_timestamp(`bucket_end_ts`, current_timezone()) as timestamp_ntz)) as string) as last_bucket
from `shop`.`predictions` as monitored

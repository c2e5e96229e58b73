select
    cast(min(datetime(timestamp(`bucket_start_ts`, 'Europe/Amsterdam'), 'UTC')) as string) as first_bucket,
    cast(max(datetime(timestamp(`bucket_start_ts`, 'Europe/Amsterdam'), 'UTC')) as string) as last_bucket
from `shop`.`predictions` as monitored

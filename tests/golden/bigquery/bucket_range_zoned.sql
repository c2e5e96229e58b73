select
    cast(min(datetime(`bucket_end_ts`, 'UTC')) as string) as first_bucket,
    cast(max(datetime(`bucket_end_ts`, 'UTC')) as string) as last_bucket
from `shop`.`predictions` as monitored

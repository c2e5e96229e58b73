select
    cast(min(`bucket_start_ts`) as string) as first_bucket,
    cast(max(`bucket_start_ts`) as string) as last_bucket
from `shop`.`predictions` as monitored

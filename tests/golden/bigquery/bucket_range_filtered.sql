select
    cast(min(`bucket_start_ts`) as string) as first_bucket,
    cast(max(`bucket_start_ts`) as string) as last_bucket
from `shop`.`predictions` as monitored
where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')

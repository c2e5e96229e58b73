select
    cast(max(case when "bucket_start_ts" < cast('2026-01-15 00:00:00.000000' as timestamp_ntz) then "bucket_start_ts" end) as varchar) as last_bucket,
    count(case when "bucket_start_ts" >= cast('2026-01-15 00:00:00.000000' as timestamp_ntz) then 1 end) as future_rows
from "shop"."predictions" as monitored

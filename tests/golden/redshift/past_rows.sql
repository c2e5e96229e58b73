select
    cast(max(case when "bucket_start_ts" < timestamp '2026-01-15 00:00:00.000000' then "bucket_start_ts" end) as varchar(65535)) as last_bucket,
    count(case when "bucket_start_ts" >= timestamp '2026-01-15 00:00:00.000000' then 1 end) as future_rows
from "shop"."predictions" as monitored

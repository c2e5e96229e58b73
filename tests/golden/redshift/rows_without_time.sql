select count(*) as row_count
from (
    select 1 as one
    from "shop"."predictions" as monitored
    where "bucket_start_ts" is null and (("schema_version" <> '0'))
) as timeless_rows

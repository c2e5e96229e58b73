select count(*) as rows_in_both
from `shop`.`predictions` as monitored
where (`schema_version` <> '0') and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000') and (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')

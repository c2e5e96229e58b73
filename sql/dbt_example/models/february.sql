select * from {{ ref('flights') }} where bucket_start_ts >= timestamp '2013-02-13' and bucket_start_ts < timestamp '2013-02-27'

select * from {{ ref('flights') }} where bucket_start_ts >= timestamp '2013-06-26' and bucket_start_ts < timestamp '2013-07-10'

with
confidences as (
    select case when (abs((cast(`p_a` as float64) + cast(`p_b` as float64) + cast(`p_unknown` as float64))) < cast('inf' as float64)) then greatest(cast(`p_a` as float64), cast(`p_b` as float64), cast(`p_unknown` as float64)) end as confidence
    from (
        select `p_a`, `p_b`, `p_unknown`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')
    ) as current_window
)

select
    count(*) as row_count,
    count(confidence) as confidence_rows,
    count(case when confidence < 0 or confidence > 1 then 1 end) as outside_rows,
    avg(confidence) as confidence_mean,
    stddev_samp(confidence) as confidence_deviation,
    if(count(confidence) = 0, null, [approx_quantiles(confidence, 1000)[offset(cast(round(1000 * 0.05) as int64))], approx_quantiles(confidence, 1000)[offset(cast(round(1000 * 0.5) as int64))], approx_quantiles(confidence, 1000)[offset(cast(round(1000 * 0.95) as int64))]]) as confidence_quantiles
from confidences

with
confidences as (
    select case when ((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision)) < 'Infinity' and (cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision)) > '-Infinity') then greatest(cast("p_a" as double precision), cast("p_b" as double precision), cast("p_unknown" as double precision)) end as confidence
    from (
        select "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
)

select
    count(*) as row_count,
    count(confidence) as confidence_rows,
    count(case when confidence < 0 or confidence > 1 then 1 end) as outside_rows,
    avg(confidence) as confidence_mean,
    stddev_samp(confidence) as confidence_deviation,
    array(percentile_cont(0.05) within group (order by confidence), percentile_cont(0.5) within group (order by confidence), percentile_cont(0.95) within group (order by confidence)) as confidence_quantiles
from confidences

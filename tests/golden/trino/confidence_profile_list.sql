with
confidences as (
    select case when (cardinality("probs") > 0
            and reduce("probs", 0e0, (total, p) -> total + coalesce(case when (abs(cast(p as double precision)) < infinity()) then 1 else 0 end, 0e0), total -> total)
            = cardinality("probs")) then cast(array_max("probs") as double precision) end as confidence
    from (
        select "probs"
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
    approx_percentile(confidence, array[0.05, 0.5, 0.95]) as confidence_quantiles
from confidences

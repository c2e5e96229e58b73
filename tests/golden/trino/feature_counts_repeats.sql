with
window_values as ( -- 1. how often each window holds each finite value
    select 1 as feature, cast(cast("is_new" as integer) as double precision) as value, count(*) as ref_rows, 0 as cur_rows
    from (
        select "is_new"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    where (cast("is_new" as integer) is not null)
    group by cast(cast("is_new" as integer) as double precision)
    union all
    select 1 as feature, cast(cast("is_new" as integer) as double precision) as value, 0 as ref_rows, count(*) as cur_rows
    from (
        select "is_new"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where (cast("is_new" as integer) is not null)
    group by cast(cast("is_new" as integer) as double precision)
),
distinct_values as ( -- 2. one row per different value
    select feature, value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from window_values
    group by feature, value
),
running_totals as ( -- 3. how many values of each window are at or below it, and how many there are
    select distinct_values.*,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
gaps as ( -- 4. the distance of the two distribution functions at each value
    select running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap
    from running_totals
),
marks as ( -- 5. the largest distance, and the reference values lo and hi around each quantile, w of the way apart
    select
        feature, max(gap) as largest_gap,
        min(case when ref_rows > 0 then value end) as ref_minimum,
        max(case when ref_rows > 0 then value end) as ref_maximum,
        min(case when ref_total > floor((ref_n - 1) * 0.25e0) then value end) as lo_1,
        min(case when ref_total > floor((ref_n - 1) * 0.25e0) + 1 or ref_total = ref_n then value end) as hi_1,
        (max(ref_n) - 1) * 0.25e0 - floor((max(ref_n) - 1) * 0.25e0) as w_1,
        min(case when ref_total > floor((ref_n - 1) * 0.5e0) then value end) as lo_2,
        min(case when ref_total > floor((ref_n - 1) * 0.5e0) + 1 or ref_total = ref_n then value end) as hi_2,
        (max(ref_n) - 1) * 0.5e0 - floor((max(ref_n) - 1) * 0.5e0) as w_2,
        min(case when ref_total > floor((ref_n - 1) * 0.75e0) then value end) as lo_3,
        min(case when ref_total > floor((ref_n - 1) * 0.75e0) + 1 or ref_total = ref_n then value end) as hi_3,
        (max(ref_n) - 1) * 0.75e0 - floor((max(ref_n) - 1) * 0.75e0) as w_3
    from gaps
    group by feature
),
edges as ( -- 6. the quantiles of the reference, interpolated in numpy's order of operations
    select
        feature, largest_gap, ref_minimum, ref_maximum,
        case when w_1 < 0.5 then lo_1 + (hi_1 - lo_1) * w_1 else hi_1 - (hi_1 - lo_1) * (1 - w_1) end as edge_1,
        case when w_2 < 0.5 then lo_2 + (hi_2 - lo_2) * w_2 else hi_2 - (hi_2 - lo_2) * (1 - w_2) end as edge_2,
        case when w_3 < 0.5 then lo_3 + (hi_3 - lo_3) * w_3 else hi_3 - (hi_3 - lo_3) * (1 - w_3) end as edge_3
    from marks
)

-- 7. the counts at the largest distance and below each quantile
select
    gaps.feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = largest_gap then ref_total end) as ks_ref,
    min(case when gap = largest_gap then cur_total end) as ks_cur,
    min(case when gap = largest_gap then value end) as ks_value,
    max(ref_minimum) as ref_minimum,
    max(ref_maximum) as ref_maximum,
    max(case when value <= edge_1 then ref_total else 0 end) as spike_ref,
    max(case when value <= edge_1 then cur_total else 0 end) as spike_cur,
    max(edge_1) as edge_1,
    max(case when value < edge_1 then ref_total else 0 end) as ref_below_1,
    max(case when value < edge_1 then cur_total else 0 end) as cur_below_1,
    max(edge_2) as edge_2,
    max(case when value < edge_2 then ref_total else 0 end) as ref_below_2,
    max(case when value < edge_2 then cur_total else 0 end) as cur_below_2,
    max(edge_3) as edge_3,
    max(case when value < edge_3 then ref_total else 0 end) as ref_below_3,
    max(case when value < edge_3 then cur_total else 0 end) as cur_below_3
from gaps
inner join edges on gaps.feature = edges.feature
group by gaps.feature
order by gaps.feature

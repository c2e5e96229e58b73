with
-- 1. how often each window holds each finite value
window_values as (
    select
        element_at(array(1), place + 1) as feature,
        value,
        cast(count(*) as double) as ref_rows,
        cast(0 as double) as cur_rows
    from (
        select posexplode(array(
            case when (`visits` is not null) then `visits` end
        )) as (place, value)
        from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')) as reference_window
    ) as entries
    where value is not null
    group by place, value
    union all
    select
        element_at(array(1), place + 1) as feature,
        value,
        cast(0 as double) as ref_rows,
        cast(count(*) as double) as cur_rows
    from (
        select posexplode(array(
            case when (`visits` is not null) then `visits` end
        )) as (place, value)
        from (select * from `shop`.`predictions` as monitored where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')) as current_window
    ) as entries
    where value is not null
    group by place, value
),
-- 2. one row a distinct value
distinct_values as (
    select feature, value, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_values
    group by feature, value
),
-- 3. how many values of each window are at or below this one, and how many there are
totals as (
    select
        feature,
        value,
        ref_rows,
        sum(ref_rows) over (partition by feature order by value rows between unbounded preceding and current row) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows between unbounded preceding and current row) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n,
        sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
-- 4. the distance of the two distribution functions at each value
gaps as (
    select
        feature,
        value,
        ref_rows,
        ref_total,
        cur_total,
        ref_n,
        cur_n,
        abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap
    from totals
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        feature,
        max(gap) as largest_gap,
        max(ref_n) as ref_size,
        cast(min(case when ref_rows > 0 then value end) as double) as ref_minimum,
        cast(max(case when ref_rows > 0 then value end) as double) as ref_maximum,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) then value end) as double) as low_1,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) + 1 or ref_total = ref_n then value end) as double) as high_1,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) then value end) as double) as low_2,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) + 1 or ref_total = ref_n then value end) as double) as high_2,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) then value end) as double) as low_3,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) + 1 or ref_total = ref_n then value end) as double) as high_3
    from gaps
    group by feature
),
-- 6. how far each quantile lies between these two values
weights as (
    select
        marks.*,
        (ref_size - 1) * 0.25e0 - floor((ref_size - 1) * 0.25e0) as weight_1,
        (ref_size - 1) * 0.5e0 - floor((ref_size - 1) * 0.5e0) as weight_2,
        (ref_size - 1) * 0.75e0 - floor((ref_size - 1) * 0.75e0) as weight_3
    from marks
),
-- 7. the quantiles themselves, interpolated in numpy's order of operations
edges as (
    select
        feature,
        largest_gap,
        ref_minimum,
        ref_maximum,
        case
            when weight_1 < 0.5 then low_1 + (high_1 - low_1) * weight_1
            else high_1 - (high_1 - low_1) * (1 - weight_1)
        end as edge_1,
        case
            when weight_2 < 0.5 then low_2 + (high_2 - low_2) * weight_2
            else high_2 - (high_2 - low_2) * (1 - weight_2)
        end as edge_2,
        case
            when weight_3 < 0.5 then low_3 + (high_3 - low_3) * weight_3
            else high_3 - (high_3 - low_3) * (1 - weight_3)
        end as edge_3
    from weights
)

-- 8. the counts at the largest distance and below each quantile
select
    gaps.feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = largest_gap then ref_total end) as ks_ref,
    min(case when gap = largest_gap then cur_total end) as ks_cur,
    cast(min(case when gap = largest_gap then value end) as double) as ks_value,
    max(ref_minimum) as ref_minimum,
    max(ref_maximum) as ref_maximum,
    max(case when cast(value as double) <= edge_1 then ref_total else 0 end) as spike_ref,
    max(case when cast(value as double) <= edge_1 then cur_total else 0 end) as spike_cur,
    max(edge_1) as edge_1,
    max(case when cast(value as double) < edge_1 then ref_total else 0 end) as ref_below_1,
    max(case when cast(value as double) < edge_1 then cur_total else 0 end) as cur_below_1,
    max(edge_2) as edge_2,
    max(case when cast(value as double) < edge_2 then ref_total else 0 end) as ref_below_2,
    max(case when cast(value as double) < edge_2 then cur_total else 0 end) as cur_below_2,
    max(edge_3) as edge_3,
    max(case when cast(value as double) < edge_3 then ref_total else 0 end) as ref_below_3,
    max(case when cast(value as double) < edge_3 then cur_total else 0 end) as cur_below_3
from gaps
inner join edges on gaps.feature = edges.feature
group by gaps.feature
order by gaps.feature

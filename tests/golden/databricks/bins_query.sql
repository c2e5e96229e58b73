with
-- 1. the thresholds
thresholds as (
    select
        cast(0.0001e0 as double) as psi_epsilon -- a smaller share of a bin counts as this
),
-- 2. the names of the features
features as (
    select 1 as place, cast('order' as string) as feature union all
    select 2 as place, cast('Amount' as string) as feature union all
    select 3 as place, cast('is_new' as string) as feature
),
-- 3. the features of the reference window as numbers
reference_values as (
    select
        cast(`order` as double) as value_1,
        cast(`Amount` as double) as value_2,
        cast(cast(`is_new` as integer) as double) as value_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
),
-- 4. those of the current window
current_values as (
    select
        cast(`order` as double) as value_1,
        cast(`Amount` as double) as value_2,
        cast(cast(`is_new` as integer) as double) as value_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
),
-- 5. every finite value, and which window it is from
window_values as (
    select
        element_at(array(1, 2, 3), place + 1) as feature,
        value,
        count(*) as ref_rows,
        0 as cur_rows
    from (
        select posexplode(array(
            case when (abs(value_1) < cast('Infinity' as double)) then value_1 end,
            case when (value_2 is not null) then value_2 end,
            case when (value_3 is not null) then value_3 end
        )) as (place, value)
        from reference_values as reference_window
    ) as entries
    where value is not null
    group by place, value
    union all
    select
        element_at(array(1, 2, 3), place + 1) as feature,
        value,
        0 as ref_rows,
        count(*) as cur_rows
    from (
        select posexplode(array(
            case when (abs(value_1) < cast('Infinity' as double)) then value_1 end,
            case when (value_2 is not null) then value_2 end,
            case when (value_3 is not null) then value_3 end
        )) as (place, value)
        from current_values as current_window
    ) as entries
    where value is not null
    group by place, value
),
-- 6. one row per different value
distinct_values as (
    select
        feature, value,
        cast(sum(ref_rows) as double) as ref_rows,
        cast(sum(cur_rows) as double) as cur_rows
    from window_values
    group by feature, value
),
-- 7. how many values of each window are at or below this one, and how many there are
running_totals as (
    select
        feature, value, ref_rows, cur_rows,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n,
        sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
-- 8. the distance of the two distribution functions at each value
gaps as (
    select
        running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap
    from running_totals
),
-- 9. the largest distance, and the reference values lo and hi around each quantile, w of the way apart
marks as (
    select
        feature, max(gap) as largest_gap, max(cur_n) as cur_size,
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
-- 10. the quantiles of the reference, interpolated in numpy's order of operations
edges as (
    select
        feature, largest_gap, cur_size, ref_minimum, ref_maximum,
        case when w_1 < 0.5 then lo_1 + (hi_1 - lo_1) * w_1 else hi_1 - (hi_1 - lo_1) * (1 - w_1) end as edge_1,
        case when w_2 < 0.5 then lo_2 + (hi_2 - lo_2) * w_2 else hi_2 - (hi_2 - lo_2) * (1 - w_2) end as edge_2,
        case when w_3 < 0.5 then lo_3 + (hi_3 - lo_3) * w_3 else hi_3 - (hi_3 - lo_3) * (1 - w_3) end as edge_3
    from marks
),
-- 11. the bin of each value; bin i holds the values from edge i - 1 up to, but without, edge i
placed as (
    select
        gaps.feature as feature, ref_rows, cur_rows, ref_n, cur_n, ref_minimum, ref_maximum, largest_gap,
        case when gap = largest_gap then value end as ks_value,
        case
            when value < edge_1 or (value = ref_minimum and ref_minimum = edge_3) then 1
            when value < edge_2 then 2 when value < edge_3 then 3
            else 4
        end as bin
    from gaps
    inner join edges on gaps.feature = edges.feature
),
-- 12. one row per feature and bin
bins as (
    select
        feature, bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows,
        max(ref_n) as ref_n, max(cur_n) as cur_n, max(largest_gap) as ks, min(ks_value) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum
    from placed
    group by feature, bin
),
-- 13. the share of each bin, none below psi_epsilon
shares as (
    select
        bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins
    cross join thresholds
),
-- 14. the numbers of the bins
numbers as (
    select 1 as bin union all
    select 2 as bin union all
    select 3 as bin union all
    select 4 as bin
),
-- 15. the end of each bin; where one value holds all quantiles, the first ends just above it
uppers as (
    select
        feature,
        bin,
        case when ref_minimum = edge_3 then 1 else 0 end as is_spike,
        case
            when bin = 4 then null
            when ref_minimum = edge_3 and edge_1 = 0 then 2.2250738585072014e-308
            when ref_minimum = edge_3 then edge_1 + abs(edge_1) * 1.1102230246251568e-16
            when bin = 1 then edge_1
            when bin = 2 then edge_2
            when bin = 3 then edge_3
        end as upper
    from edges
    cross join numbers
    where ref_minimum < ref_maximum and cur_size > 0
),
-- 16. its start
bin_edges as (
    select
        uppers.*,
        lag(upper) over (partition by feature order by bin) as lower
    from uppers
),
-- 17. equal quantiles make one edge: the bins between them are no bins
named_bins as (
    select
        features.feature as feature,
        bin_edges.bin as bin,
        lower,
        upper,
        ref_rows,
        cur_rows,
        (cur_share - ref_share) * ln(cur_share / ref_share) as psi
    from bin_edges
    inner join features on features.place = bin_edges.feature
    left join shares on shares.feature = bin_edges.feature and shares.bin = bin_edges.bin
    where bin_edges.bin in (1, 4) or (is_spike = 0 and lower < upper)
)

-- 18. the bins, numbered
select
    feature,
    row_number() over (partition by feature order by bin) as bin,
    lower,
    upper,
    cast(coalesce(ref_rows, 0) as bigint) as ref_count,
    cast(coalesce(cur_rows, 0) as bigint) as cur_count,
    coalesce(psi, 0) as contribution
from named_bins
order by feature, bin

with
thresholds as ( -- 1. the thresholds
    select
        cast(0.0001e0 as double precision) as psi_epsilon -- a smaller share of a bin counts as this
),
features as ( -- 2. the names of the features
    select 1 as place, cast('order' as varchar(65535)) as feature union all
    select 2 as place, cast('Amount' as varchar(65535)) as feature union all
    select 3 as place, cast('is_new' as varchar(65535)) as feature
),
window_rows as ( -- 3. the features of both windows as numbers
    select 0 as is_current,
        cast("order" as double precision) as value_1,
        cast("Amount" as double precision) as value_2,
        cast(cast("is_new" as integer) as double precision) as value_3
    from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current,
        cast("order" as double precision) as value_1,
        cast("Amount" as double precision) as value_2,
        cast(cast("is_new" as integer) as double precision) as value_3
    from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
),
window_values as ( -- 4. every finite value, and which window it is from
    select 1 as feature, value_1 as value, 1 - is_current as ref_rows, is_current as cur_rows
    from window_rows where (value_1 < 'Infinity' and value_1 > '-Infinity') union all
    select 2 as feature, value_2 as value, 1 - is_current as ref_rows, is_current as cur_rows
    from window_rows where (value_2 is not null) union all
    select 3 as feature, value_3 as value, 1 - is_current as ref_rows, is_current as cur_rows
    from window_rows where (value_3 is not null)
),
distinct_values as ( -- 5. one row per different value
    select feature, value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from window_values
    group by feature, value
),
running_totals as ( -- 6. how many values of each window are at or below it, and how many there are
    select distinct_values.*,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
gaps as ( -- 7. the distance of the two distribution functions at each value
    select running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap,
        max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0))) over (partition by feature) as ks
    from running_totals
),
near_values as ( -- 8. the values with the largest distance, and those next to the quantiles
    select * from gaps
    where gap = ks or ref_total + cur_total = ref_n + cur_n
        or floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 4)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 4)
),
quantiles as ( -- 9. where each bin ends, as a share of the reference
    select 0 as bin, cast(0 as double precision) as fraction union all
    select 1, 0.25e0 union all select 2, 0.5e0 union all select 3, 0.75e0 union all select 4, 1
),
neighbours as ( -- 10. the reference values low and high around each quantile, weight of the way apart
    select near_values.*, bin,
        (nullif(ref_n, 0) - 1) * fraction - floor((ref_n - 1) * fraction) as weight,
        min(case when ref_total > floor((ref_n - 1) * fraction) then value end)
            over (partition by feature, bin) as low,
        min(case when ref_total > floor((ref_n - 1) * fraction) + 1 or ref_total = ref_n then value end)
            over (partition by feature, bin) as high
    from near_values cross join quantiles
),
edges as ( -- 11. the quantiles, interpolated in numpy's order of operations
    select neighbours.*,
        case
            when weight = 0 then low when weight < 0.5 then low + (high - low) * weight
            when weight >= 0.5 then high - (high - low) * (1 - weight)
        end as edge
    from neighbours
),
spans as ( -- 12. whether one value holds all quantiles
    select edges.*, min(edge) over (partition by feature) as ref_minimum,
        max(edge) over (partition by feature) as ref_maximum,
        max(case when bin = 3 then edge end) over (partition by feature) as last_edge
    from edges
),
bin_ends as ( -- 13. the end of each bin (just above such a value), and how many values are below it
    select
        feature, bin, max(ref_n) as ref_n, max(cur_n) as cur_n,
        max(ks) as ks, min(case when gap = ks then value end) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        max(case
            when bin = 4 then null when ref_minimum < last_edge then edge when edge = 0 then 2.2250738585072014e-308
            else edge + abs(edge) * 1.1102230246251568e-16
        end) as upper,
        coalesce(min(case when value >= edge and bin < 4 then ref_total
            - case when ref_minimum < last_edge then ref_rows else 0 end end), max(ref_n)) as ref_below,
        coalesce(min(case when value >= edge and bin < 4 then cur_total
            - case when ref_minimum < last_edge then cur_rows else 0 end end), max(cur_n)) as cur_below
    from spans where bin > 0 group by feature, bin
),
bins as ( -- 14. one row per feature and bin; equal quantiles leave bins without rows
    select bin_ends.*, lag(upper) over (partition by feature order by bin) as lower,
        ref_below - coalesce(lag(ref_below) over (partition by feature order by bin), 0) as ref_rows,
        cur_below - coalesce(lag(cur_below) over (partition by feature order by bin), 0) as cur_rows
    from bin_ends
),
shares as ( -- 15. the share of each bin, none below psi_epsilon
    select bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins cross join thresholds
)

-- 16. the bins, numbered
select
    features.feature as feature,
    row_number() over (partition by features.feature order by bin) as bin,
    lower,
    upper,
    cast(ref_rows as bigint) as ref_count,
    cast(cur_rows as bigint) as cur_count,
    case when ref_rows + cur_rows > 0 then (cur_share - ref_share) * ln(cur_share / ref_share) else 0 end
        as contribution
from shares
inner join features on features.place = shares.feature
where ref_minimum < ref_maximum
    and cur_n > 0
    and (lower is null or upper is null or lower < upper)
order by feature, bin

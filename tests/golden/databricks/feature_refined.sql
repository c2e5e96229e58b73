with
-- 1. the histogram of both windows on a common grid
window_bins as (
    select bin, cast(count(*) as double) as ref_rows, cast(0 as double) as cur_rows
    from (
        select cast(greatest(least((least(cast(`order` as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(`order` as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as bin
        from (
        select `order`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
        where (abs(`order`) < cast('Infinity' as double))
    ) as reference_bins
    group by bin
    union all
    select bin, cast(0 as double) as ref_rows, cast(count(*) as double) as cur_rows
    from (
        select cast(greatest(least((least(cast(`order` as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(`order` as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as bin
        from (
        select `order`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
        where (abs(`order`) < cast('Infinity' as double))
    ) as current_bins
    group by bin
),
grid_bins as (
    select bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_bins
    group by bin
),
totals as (
    select
        bin,
        ref_rows,
        cur_rows,
        sum(ref_rows) over (order by bin rows between unbounded preceding and current row) as ref_through,
        sum(cur_rows) over (order by bin rows between unbounded preceding and current row) as cur_through,
        sum(ref_rows) over () as ref_n,
        sum(cur_rows) over () as cur_n
    from grid_bins
),
bin_gaps as (
    select
        bin,
        ref_through - ref_rows as ref_before,
        cur_through - cur_rows as cur_before,
        ref_through,
        ref_n,
        cur_n,
        abs(ref_through / ref_n - cur_through / cur_n) as gap,
        greatest(
            ref_through / ref_n - (cur_through - cur_rows) / cur_n,
            cur_through / cur_n - (ref_through - ref_rows) / ref_n
        ) as possible_gap
    from totals
),
-- 2. the bins to look into: the largest distance may be inside, or a reference value next to a quantile is
largest as (
    select
        bin, ref_before, cur_before, ref_through, ref_n, cur_n, gap, possible_gap,
        max(gap) over () as largest_gap
    from bin_gaps
),
first_largest as (
    select
        bin, ref_before, cur_before, ref_through, ref_n, cur_n, possible_gap, largest_gap,
        min(case when gap = largest_gap then bin end) over () as largest_bin
    from largest
),
judged_bins as (
    select
        bin,
        ref_before,
        cur_before,
        ref_n,
        cur_n,
        case
            when possible_gap > largest_gap or bin = largest_bin then 1
            when ref_before <= floor((ref_n - 1) * 0.25e0) + 1 and ref_through > floor((ref_n - 1) * 0.25e0) then 1
            when ref_before <= floor((ref_n - 1) * 0.5e0) + 1 and ref_through > floor((ref_n - 1) * 0.5e0) then 1
            when ref_before <= floor((ref_n - 1) * 0.75e0) + 1 and ref_through > floor((ref_n - 1) * 0.75e0) then 1
            else 0
        end as is_doubtful
    from first_largest
),
-- 3. their values, one by one; the values of any other bin as one, NULL
both_windows as (
    select cast(greatest(least((least(cast(`order` as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(`order` as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as bin, cast(`order` as double) as value, cast(1 as double) as ref_row, cast(0 as double) as cur_row
    from (
        select `order`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    where (abs(`order`) < cast('Infinity' as double))
    union all
    select cast(greatest(least((least(cast(`order` as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(`order` as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as bin, cast(`order` as double) as value, cast(0 as double) as ref_row, cast(1 as double) as cur_row
    from (
        select `order`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
    where (abs(`order`) < cast('Infinity' as double))
),
bin_values as (
    select
        both_windows.bin as bin,
        case when judged_bins.is_doubtful = 1 then both_windows.value end as value,
        judged_bins.ref_before as ref_before,
        judged_bins.cur_before as cur_before,
        judged_bins.ref_n as ref_n,
        judged_bins.cur_n as cur_n,
        both_windows.ref_row as ref_row,
        both_windows.cur_row as cur_row
    from both_windows
    inner join judged_bins on both_windows.bin = judged_bins.bin
),
counted_values as (
    select bin, value, ref_before, cur_before, ref_n, cur_n, sum(ref_row) as ref_rows, sum(cur_row) as cur_rows
    from bin_values
    group by bin, value, ref_before, cur_before, ref_n, cur_n
),
-- 4. every place where the distance is known: each of these values, and the ends of the other bins
totalled as (
    select
        bin,
        value,
        ref_n,
        cur_n,
        ref_before + sum(ref_rows) over (partition by bin order by value rows between unbounded preceding and current row) as ref_total,
        cur_before + sum(cur_rows) over (partition by bin order by value rows between unbounded preceding and current row) as cur_total
    from counted_values
),
places as (
    select bin, value, ref_n, cur_n, ref_total, cur_total, abs(ref_total / ref_n - cur_total / cur_n) as gap
    from totalled
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        bin,
        value,
        ref_n,
        cur_n,
        ref_total,
        cur_total,
        gap,
        max(gap) over () as greatest_gap,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) then value end) over () as double) as low_1,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) + 1 or ref_total = ref_n then value end) over () as double) as high_1,
        (ref_n - 1) * 0.25e0 - floor((ref_n - 1) * 0.25e0) as weight_1,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) then value end) over () as double) as low_2,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) + 1 or ref_total = ref_n then value end) over () as double) as high_2,
        (ref_n - 1) * 0.5e0 - floor((ref_n - 1) * 0.5e0) as weight_2,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) then value end) over () as double) as low_3,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) + 1 or ref_total = ref_n then value end) over () as double) as high_3,
        (ref_n - 1) * 0.75e0 - floor((ref_n - 1) * 0.75e0) as weight_3
    from places
),
edges as (
    select
        bin,
        value,
        ref_n,
        cur_n,
        ref_total,
        cur_total,
        gap,
        greatest_gap,
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
    from marks
),
placed as (
    select
        bin,
        cast(value as double) as value,
        ref_n,
        cur_n,
        ref_total,
        cur_total,
        gap,
        greatest_gap,
        edge_1,
        cast(greatest(least((least(cast(edge_1 as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(edge_1 as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as edge_bin_1,
        edge_2,
        cast(greatest(least((least(cast(edge_2 as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(edge_2 as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as edge_bin_2,
        edge_3,
        cast(greatest(least((least(cast(edge_3 as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(edge_3 as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) as edge_bin_3
    from edges
)

-- 6. the counts at the largest distance and below each quantile
select
    1 as feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = greatest_gap then ref_total end) as ks_ref,
    min(case when gap = greatest_gap then cur_total end) as ks_cur,
    min(case when gap = greatest_gap then value end) as ks_value,
    cast(null as double) as ref_minimum,
    cast(null as double) as ref_maximum,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and value <= edge_1) then ref_total else 0 end) as spike_ref,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and value <= edge_1) then cur_total else 0 end) as spike_cur,
    max(edge_1) as edge_1,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and value < edge_1) then ref_total else 0 end) as ref_below_1,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and value < edge_1) then cur_total else 0 end) as cur_below_1,
    max(edge_2) as edge_2,
    max(case when bin < edge_bin_2 or (bin = edge_bin_2 and value < edge_2) then ref_total else 0 end) as ref_below_2,
    max(case when bin < edge_bin_2 or (bin = edge_bin_2 and value < edge_2) then cur_total else 0 end) as cur_below_2,
    max(edge_3) as edge_3,
    max(case when bin < edge_bin_3 or (bin = edge_bin_3 and value < edge_3) then ref_total else 0 end) as ref_below_3,
    max(case when bin < edge_bin_3 or (bin = edge_bin_3 and value < edge_3) then cur_total else 0 end) as cur_below_3
from placed

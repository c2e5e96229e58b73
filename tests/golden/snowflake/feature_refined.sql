with
-- 1. the histogram of both windows on a common grid
window_bins as (
    select cast((least(cast("order" as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast("order" as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as bin, cast(count(*) as double precision) as ref_rows, cast(0 as double precision) as cur_rows
    from (
        select "order"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
    where (abs("order") < cast('inf' as double precision))
    group by 1
    union all
    select cast((least(cast("order" as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast("order" as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as bin, cast(0 as double precision) as ref_rows, cast(count(*) as double precision) as cur_rows
    from (
        select "order"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
    where (abs("order") < cast('inf' as double precision))
    group by 1
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
        sum(cur_rows) over (order by bin rows between unbounded preceding and current row) as cur_through
    from grid_bins
),
sizes as (
    select sum(ref_rows) as ref_n, sum(cur_rows) as cur_n
    from grid_bins
),
bin_gaps as (
    select
        bin,
        ref_through - ref_rows as ref_before,
        cur_through - cur_rows as cur_before,
        ref_through,
        cur_through,
        ref_n,
        cur_n,
        abs(ref_through / ref_n - cur_through / cur_n) as gap,
        greatest(
            ref_through / ref_n - (cur_through - cur_rows) / cur_n,
            cur_through / cur_n - (ref_through - ref_rows) / ref_n
        ) as possible_gap
    from totals
    cross join sizes
),
-- 2. the bins to look into: the largest distance may be inside, or a reference value next to a quantile is
largest as (
    select max(gap) as largest_gap
    from bin_gaps
),
first_largest as (
    select min(bin) as largest_bin, max(largest_gap) as largest_gap
    from bin_gaps
    inner join largest on bin_gaps.gap = largest.largest_gap
),
doubtful_bins as (
    select bin, ref_before, cur_before
    from bin_gaps
    cross join first_largest
    where possible_gap > largest_gap
        or bin = largest_bin
        or (ref_before <= floor((ref_n - 1) * 0.25e0) + 1 and ref_through > floor((ref_n - 1) * 0.25e0))
        or (ref_before <= floor((ref_n - 1) * 0.5e0) + 1 and ref_through > floor((ref_n - 1) * 0.5e0))
        or (ref_before <= floor((ref_n - 1) * 0.75e0) + 1 and ref_through > floor((ref_n - 1) * 0.75e0))
),
-- 3. their values, one by one
doubtful_values as (
    select bin, value, sum(ref_row) as ref_rows, sum(cur_row) as cur_rows
    from (
        select cast((least(cast("order" as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast("order" as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as bin, cast("order" as double precision) as value, cast(1 as double precision) as ref_row, cast(0 as double precision) as cur_row
        from (
        select "order"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
        where (abs("order") < cast('inf' as double precision))
        union all
        select cast((least(cast("order" as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast("order" as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as bin, cast("order" as double precision) as value, cast(0 as double precision) as ref_row, cast(1 as double precision) as cur_row
        from (
        select "order"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
        where (abs("order") < cast('inf' as double precision))
    ) as both_windows
    where bin in (select bin from doubtful_bins)
    group by bin, value
),
value_totals as (
    select
        doubtful_values.bin,
        value,
        ref_rows,
        ref_before + sum(ref_rows) over (partition by doubtful_values.bin order by value rows between unbounded preceding and current row) as ref_total,
        cur_before + sum(cur_rows) over (partition by doubtful_values.bin order by value rows between unbounded preceding and current row) as cur_total
    from doubtful_values
    inner join doubtful_bins on doubtful_values.bin = doubtful_bins.bin
),
-- 4. every place where the distance is known: each of these values, and the ends of the other bins
places as (
    select bin, value, ref_rows, ref_total, cur_total, ref_n, cur_n, abs(ref_total / ref_n - cur_total / cur_n) as gap
    from value_totals
    cross join sizes
    union all
    select bin, null as value, 0 as ref_rows, ref_through as ref_total, cur_through as cur_total, ref_n, cur_n, gap
    from bin_gaps
    where bin not in (select bin from doubtful_bins)
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        max(gap) as largest_gap,
        max(ref_n) as ref_size,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) then value end) as double precision) as low_1,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) + 1 or ref_total = ref_n then value end) as double precision) as high_1,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) then value end) as double precision) as low_2,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) + 1 or ref_total = ref_n then value end) as double precision) as high_2,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) then value end) as double precision) as low_3,
        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) + 1 or ref_total = ref_n then value end) as double precision) as high_3
    from places
),
weights as (
    select
        marks.*,
        (ref_size - 1) * 0.25e0 - floor((ref_size - 1) * 0.25e0) as weight_1,
        (ref_size - 1) * 0.5e0 - floor((ref_size - 1) * 0.5e0) as weight_2,
        (ref_size - 1) * 0.75e0 - floor((ref_size - 1) * 0.75e0) as weight_3
    from marks
),
edge_values as (
    select
        largest_gap,
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
),
edges as (
    select
        edge_values.*,
        cast((least(cast(edge_1 as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(edge_1 as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as edge_bin_1,
        cast((least(cast(edge_2 as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(edge_2 as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as edge_bin_2,
        cast((least(cast(edge_3 as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(edge_3 as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as edge_bin_3
    from edge_values
)

-- 6. the counts at the largest distance and below each quantile
select
    1 as feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = largest_gap then ref_total end) as ks_ref,
    min(case when gap = largest_gap then cur_total end) as ks_cur,
    cast(min(case when gap = largest_gap then value end) as double precision) as ks_value,
    cast(null as double precision) as ref_minimum,
    cast(null as double precision) as ref_maximum,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and cast(value as double precision) <= edge_1) then ref_total else 0 end) as spike_ref,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and cast(value as double precision) <= edge_1) then cur_total else 0 end) as spike_cur,
    max(edge_1) as edge_1,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and cast(value as double precision) < edge_1) then ref_total else 0 end) as ref_below_1,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and cast(value as double precision) < edge_1) then cur_total else 0 end) as cur_below_1,
    max(edge_2) as edge_2,
    max(case when bin < edge_bin_2 or (bin = edge_bin_2 and cast(value as double precision) < edge_2) then ref_total else 0 end) as ref_below_2,
    max(case when bin < edge_bin_2 or (bin = edge_bin_2 and cast(value as double precision) < edge_2) then cur_total else 0 end) as cur_below_2,
    max(edge_3) as edge_3,
    max(case when bin < edge_bin_3 or (bin = edge_bin_3 and cast(value as double precision) < edge_3) then ref_total else 0 end) as ref_below_3,
    max(case when bin < edge_bin_3 or (bin = edge_bin_3 and cast(value as double precision) < edge_3) then cur_total else 0 end) as cur_below_3
from places
cross join edges

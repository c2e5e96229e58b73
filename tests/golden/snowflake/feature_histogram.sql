with
-- 1. rows of each bin in each window
window_bins as (
    select 1 as feature, bin, cast(count(*) as double precision) as ref_rows, cast(0 as double precision) as cur_rows
    from (
        select cast((least(cast("order" as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast("order" as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as bin
        from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
        where (abs("order") < cast('inf' as double precision))
    ) as binned
    group by bin
    union all
    select 1 as feature, bin, cast(0 as double precision) as ref_rows, cast(count(*) as double precision) as cur_rows
    from (
        select cast((least(cast("order" as double precision), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast("order" as double precision), 10.00007e0) - 10.00007e0) * 4.0e0 as integer) as bin
        from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
        where (abs("order") < cast('inf' as double precision))
    ) as binned
    group by bin
    union all
    select 2 as feature, bin, cast(count(*) as double precision) as ref_rows, cast(0 as double precision) as cur_rows
    from (
        select cast(((1 - 1 / (1 + (cast("order" as double precision) - 0.0e0) * 0.125e0)) - 0.0e0) * 64.0e0 as integer) as bin
        from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
        where (abs("order") < cast('inf' as double precision))
    ) as binned
    group by bin
    union all
    select 2 as feature, bin, cast(0 as double precision) as ref_rows, cast(count(*) as double precision) as cur_rows
    from (
        select cast(((1 - 1 / (1 + (cast("order" as double precision) - 0.0e0) * 0.125e0)) - 0.0e0) * 64.0e0 as integer) as bin
        from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
        where (abs("order") < cast('inf' as double precision))
    ) as binned
    group by bin
    union all
    select 3 as feature, bin, cast(count(*) as double precision) as ref_rows, cast(0 as double precision) as cur_rows
    from (
        select cast((cast("Amount" as double precision) - 1234567890122.75e0) * 0.5e0 as integer) as bin
        from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
        where ("Amount" is not null)
    ) as binned
    group by bin
    union all
    select 3 as feature, bin, cast(0 as double precision) as ref_rows, cast(count(*) as double precision) as cur_rows
    from (
        select cast((cast("Amount" as double precision) - 1234567890122.75e0) * 0.5e0 as integer) as bin
        from (
        select "order", "Amount"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
        where ("Amount" is not null)
    ) as binned
    group by bin
),
grid_bins as (
    select feature, bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_bins
    group by feature, bin
),
-- 2. values at or below each bin's end
totals as (
    select
        feature,
        bin,
        ref_rows,
        cur_rows,
        sum(ref_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as ref_through,
        sum(cur_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as cur_through
    from grid_bins
),
sizes as (
    select feature, sum(ref_rows) as ref_n, sum(cur_rows) as cur_n
    from grid_bins
    group by feature
),
-- 3. the distance at each bin's end, the largest that its inside allows, and the parts that its values belong to
gaps as (
    select
        totals.feature,
        bin,
        ref_through - ref_rows as ref_before,
        cur_through - cur_rows as cur_before,
        ref_through,
        cur_through,
        ref_n,
        cur_n,
        ref_rows,
        abs(ref_through / ref_n - cur_through / cur_n) as gap,
        greatest(
            ref_through / ref_n - (cur_through - cur_rows) / cur_n,
            cur_through / cur_n - (ref_through - ref_rows) / ref_n
        ) as possible_gap,
        floor((ref_through - ref_rows - 2) / ref_n * 4) as first_part,
        floor((ref_through + 2) / ref_n * 4) as last_part
    from totals
    inner join sizes on totals.feature = sizes.feature
),
bounds as (
    select feature, max(gap) as largest_gap, max(possible_gap) as upper_gap
    from gaps
    group by feature
),
places as (
    select gaps.feature, min(bin) as largest_bin, max(upper_gap) as upper_gap
    from gaps
    inner join bounds on gaps.feature = bounds.feature and gaps.gap = bounds.largest_gap
    group by gaps.feature
)

-- 4. the bins that matter
select
    gaps.feature,
    bin,
    case when bin = largest_bin then 1 else 0 end as is_largest,
    ref_before,
    cur_before,
    ref_through,
    cur_through,
    ref_n,
    cur_n,
    upper_gap
from gaps
inner join places on gaps.feature = places.feature
where bin = largest_bin
    or (ref_rows > 0 and first_part <> last_part)
order by gaps.feature, bin

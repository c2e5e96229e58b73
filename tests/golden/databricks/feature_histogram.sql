with
-- 1. rows of each bin in each window
window_bins as (
    select
        cell div 65536 as feature,
        cell % 65536 as bin,
        cast(count(*) as double) as ref_rows,
        cast(0 as double) as cur_rows
    from (
        select explode(array(
            case when (abs(`order`) < cast('Infinity' as double)) then 65536 + cast(greatest(least((least(cast(`order` as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(`order` as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) end,
            case when (abs(`order`) < cast('Infinity' as double)) then 131072 + cast(greatest(least(((1 - 1 / (1 + (cast(`order` as double) - 0.0e0) * 0.125e0)) - 0.0e0) * 64.0e0, 65535d), 0d) + 0.5d as integer) end,
            case when (`Amount` is not null) then 196608 + cast(greatest(least((cast(`Amount` as double) - 1234567890122.75e0) * 0.5e0, 65535d), 0d) + 0.5d as integer) end
        )) as cell
        from (
        select `order`, `Amount`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    ) as cells
    where cell is not null
    group by cell
    union all
    select
        cell div 65536 as feature,
        cell % 65536 as bin,
        cast(0 as double) as ref_rows,
        cast(count(*) as double) as cur_rows
    from (
        select explode(array(
            case when (abs(`order`) < cast('Infinity' as double)) then 65536 + cast(greatest(least((least(cast(`order` as double), 10.00007e0) - 4.00003e0) * 8.0e0 + (greatest(cast(`order` as double), 10.00007e0) - 10.00007e0) * 4.0e0, 65535d), 0d) + 0.5d as integer) end,
            case when (abs(`order`) < cast('Infinity' as double)) then 131072 + cast(greatest(least(((1 - 1 / (1 + (cast(`order` as double) - 0.0e0) * 0.125e0)) - 0.0e0) * 64.0e0, 65535d), 0d) + 0.5d as integer) end,
            case when (`Amount` is not null) then 196608 + cast(greatest(least((cast(`Amount` as double) - 1234567890122.75e0) * 0.5e0, 65535d), 0d) + 0.5d as integer) end
        )) as cell
        from (
        select `order`, `Amount`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as cells
    where cell is not null
    group by cell
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
        sum(cur_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as cur_through,
        sum(ref_rows) over (partition by feature) as ref_n,
        sum(cur_rows) over (partition by feature) as cur_n
    from grid_bins
),
-- 3. the distance at each bin's end, the largest that its inside allows, and the parts that its values belong to
gaps as (
    select
        feature,
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
),
bounds as (
    select
        feature, bin, ref_before, cur_before, ref_through, cur_through, ref_n, cur_n, ref_rows, gap, first_part, last_part,
        max(gap) over (partition by feature) as largest_gap,
        max(possible_gap) over (partition by feature) as upper_gap
    from gaps
),
places as (
    select
        feature, bin, ref_before, cur_before, ref_through, cur_through, ref_n, cur_n, ref_rows, first_part, last_part, upper_gap,
        min(case when gap = largest_gap then bin end) over (partition by feature) as largest_bin
    from bounds
)

-- 4. the bins that matter
select
    feature,
    bin,
    case when bin = largest_bin then 1 else 0 end as is_largest,
    ref_before,
    cur_before,
    ref_through,
    cur_through,
    ref_n,
    cur_n,
    upper_gap
from places
where bin = largest_bin
    or (ref_rows > 0 and first_part <> last_part)
order by feature, bin

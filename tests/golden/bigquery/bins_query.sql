with
-- 1. one row a feature, with the counts of its bins side by side
feature_bins as (
    select *
    from (
        with
        -- 1. counts below each quantile of the reference
        counted as (
            select *
            from (
                with
                -- 1. how often each window holds each finite value
                window_values as (
                    select
                        'order' as feature,
                        cast(`order` as float64) as value,
                        cast(1 as float64) as ref_rows,
                        cast(0 as float64) as cur_rows
                    from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < datetime '2026-01-08 00:00:00.000000')) as reference_window
                    where (`order` < cast('inf' as float64) and `order` > - cast('inf' as float64) and not is_nan(`order`))
                    union all
                    select
                        'order' as feature,
                        cast(`order` as float64) as value,
                        cast(0 as float64) as ref_rows,
                        cast(1 as float64) as cur_rows
                    from (select * from `shop`.`predictions` as monitored where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')) as current_window
                    where (`order` < cast('inf' as float64) and `order` > - cast('inf' as float64) and not is_nan(`order`))
                    union all
                    select
                        'Amount' as feature,
                        cast(`Amount` as float64) as value,
                        cast(1 as float64) as ref_rows,
                        cast(0 as float64) as cur_rows
                    from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < datetime '2026-01-08 00:00:00.000000')) as reference_window
                    where (`Amount` is not null)
                    union all
                    select
                        'Amount' as feature,
                        cast(`Amount` as float64) as value,
                        cast(0 as float64) as ref_rows,
                        cast(1 as float64) as cur_rows
                    from (select * from `shop`.`predictions` as monitored where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')) as current_window
                    where (`Amount` is not null)
                    union all
                    select
                        'is_new' as feature,
                        cast(cast(`is_new` as integer) as float64) as value,
                        cast(1 as float64) as ref_rows,
                        cast(0 as float64) as cur_rows
                    from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < datetime '2026-01-08 00:00:00.000000')) as reference_window
                    where (cast(`is_new` as integer) is not null)
                    union all
                    select
                        'is_new' as feature,
                        cast(cast(`is_new` as integer) as float64) as value,
                        cast(0 as float64) as ref_rows,
                        cast(1 as float64) as cur_rows
                    from (select * from `shop`.`predictions` as monitored where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')) as current_window
                    where (cast(`is_new` as integer) is not null)
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
                        cast(min(case when ref_rows > 0 then value end) as float64) as ref_minimum,
                        cast(max(case when ref_rows > 0 then value end) as float64) as ref_maximum,
                        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) then value end) as float64) as low_1,
                        cast(min(case when ref_total > floor((ref_n - 1) * 0.25e0) + 1 or ref_total = ref_n then value end) as float64) as high_1,
                        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) then value end) as float64) as low_2,
                        cast(min(case when ref_total > floor((ref_n - 1) * 0.5e0) + 1 or ref_total = ref_n then value end) as float64) as high_2,
                        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) then value end) as float64) as low_3,
                        cast(min(case when ref_total > floor((ref_n - 1) * 0.75e0) + 1 or ref_total = ref_n then value end) as float64) as high_3
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
                    cast(min(case when gap = largest_gap then value end) as float64) as ks_value,
                    max(ref_minimum) as ref_minimum,
                    max(ref_maximum) as ref_maximum,
                    max(case when cast(value as float64) <= edge_1 then ref_total else 0 end) as spike_ref,
                    max(case when cast(value as float64) <= edge_1 then cur_total else 0 end) as spike_cur,
                    max(edge_1) as edge_1,
                    max(case when cast(value as float64) < edge_1 then ref_total else 0 end) as ref_below_1,
                    max(case when cast(value as float64) < edge_1 then cur_total else 0 end) as cur_below_1,
                    max(edge_2) as edge_2,
                    max(case when cast(value as float64) < edge_2 then ref_total else 0 end) as ref_below_2,
                    max(case when cast(value as float64) < edge_2 then cur_total else 0 end) as cur_below_2,
                    max(edge_3) as edge_3,
                    max(case when cast(value as float64) < edge_3 then ref_total else 0 end) as ref_below_3,
                    max(case when cast(value as float64) < edge_3 then cur_total else 0 end) as cur_below_3
                from gaps
                inner join edges on gaps.feature = edges.feature
                group by gaps.feature
                order by gaps.feature
            ) as feature_counts
        ),
        -- 2. whether one value, the smallest, holds all quantiles
        spikes as (
            select
                counted.*,
                case when ref_minimum = edge_3 and ref_minimum < ref_maximum then 1 else 0 end as is_spike
            from counted
        ),
        -- 3. counts in each bin
        bins as (
            select
                spikes.*,
                case when is_spike = 1 then spike_ref else ref_below_1 end as ref_bin_1,
                ref_below_2 - ref_below_1 as ref_bin_2,
                ref_below_3 - ref_below_2 as ref_bin_3,
                ref_n - case when is_spike = 1 then spike_ref else ref_below_3 end as ref_bin_4,
                case when is_spike = 1 then spike_cur else cur_below_1 end as cur_bin_1,
                cur_below_2 - cur_below_1 as cur_bin_2,
                cur_below_3 - cur_below_2 as cur_bin_3,
                cur_n - case when is_spike = 1 then spike_cur else cur_below_3 end as cur_bin_4
            from spikes
        ),
        -- 4. their shares, none below the floor
        shares as (
            select
                bins.*,
                case when ref_bin_1 > 0.0001e0 * ref_n then ref_bin_1 / nullif(ref_n, 0) else 0.0001e0 end as ref_share_1,
                case when ref_bin_2 > 0.0001e0 * ref_n then ref_bin_2 / nullif(ref_n, 0) else 0.0001e0 end as ref_share_2,
                case when ref_bin_3 > 0.0001e0 * ref_n then ref_bin_3 / nullif(ref_n, 0) else 0.0001e0 end as ref_share_3,
                case when ref_bin_4 > 0.0001e0 * ref_n then ref_bin_4 / nullif(ref_n, 0) else 0.0001e0 end as ref_share_4,
                case when cur_bin_1 > 0.0001e0 * cur_n then cur_bin_1 / nullif(cur_n, 0) else 0.0001e0 end as cur_share_1,
                case when cur_bin_2 > 0.0001e0 * cur_n then cur_bin_2 / nullif(cur_n, 0) else 0.0001e0 end as cur_share_2,
                case when cur_bin_3 > 0.0001e0 * cur_n then cur_bin_3 / nullif(cur_n, 0) else 0.0001e0 end as cur_share_3,
                case when cur_bin_4 > 0.0001e0 * cur_n then cur_bin_4 / nullif(cur_n, 0) else 0.0001e0 end as cur_share_4
            from bins
        )

        -- 5. what each bin adds to the PSI
        select
            shares.*,
            (cur_share_1 - ref_share_1) * ln(cur_share_1 / ref_share_1) as psi_1,
            (cur_share_2 - ref_share_2) * ln(cur_share_2 / ref_share_2) as psi_2,
            (cur_share_3 - ref_share_3) * ln(cur_share_3 / ref_share_3) as psi_3,
            (cur_share_4 - ref_share_4) * ln(cur_share_4 / ref_share_4) as psi_4
        from shares
    ) as binned
),
-- 2. the numbers of the bins
numbers as (
    select 1 as bin union all
    select 2 as bin union all
    select 3 as bin union all
    select 4 as bin
),
-- 3. one row a feature and bin; where one value holds all quantiles, the first bin ends just above it
numbered as (
    select
        feature_bins.feature,
        numbers.bin,
        is_spike,
        case
            when is_spike = 1 and numbers.bin = 1 then null
            when is_spike = 1 then case when edge_1 = 0 then 2.2250738585072014e-308 else edge_1 + abs(edge_1) * 1.1102230246251568e-16 end
            when numbers.bin = 2 then edge_1
            when numbers.bin = 3 then edge_2
            when numbers.bin = 4 then edge_3
        end as lower,
        case
            when is_spike = 1 and numbers.bin = 4 then null
            when is_spike = 1 then case when edge_1 = 0 then 2.2250738585072014e-308 else edge_1 + abs(edge_1) * 1.1102230246251568e-16 end
            when numbers.bin = 1 then edge_1
            when numbers.bin = 2 then edge_2
            when numbers.bin = 3 then edge_3
        end as upper,
        case numbers.bin
            when 1 then ref_bin_1
            when 2 then ref_bin_2
            when 3 then ref_bin_3
            when 4 then ref_bin_4
        end as ref_count,
        case numbers.bin
            when 1 then cur_bin_1
            when 2 then cur_bin_2
            when 3 then cur_bin_3
            when 4 then cur_bin_4
        end as cur_count,
        case numbers.bin
            when 1 then psi_1
            when 2 then psi_2
            when 3 then psi_3
            when 4 then psi_4
        end as contribution
    from feature_bins
    cross join numbers
    where ref_n > 0 and cur_n > 0 and ref_minimum < ref_maximum
)

-- 4. equal quantiles make one edge: the bins between them are no bins
select
    feature,
    row_number() over (partition by feature order by bin) as bin,
    lower,
    upper,
    cast(ref_count as int64) as ref_count,
    cast(cur_count as int64) as cur_count,
    contribution
from numbered
where bin in (1, 4) or (is_spike = 0 and lower < upper)
order by feature, bin

with
-- 1. the p-values by rank
ranked as (
    select
        check_name,
        feature,
        effect,
        p_value,
        reason,
        count(p_value) over () as p_values,
        row_number() over (order by coalesce(p_value, 2), check_name, feature) as p_rank
    from (
        select
            names.check_name,
            features.feature,
            case names.check_name when 'feature_psi' then features.psi else features.ks_statistic end as effect,
            case names.check_name when 'feature_psi' then features.psi_p_value else features.ks_p_value end as p_value,
            case names.check_name when 'feature_psi' then features.psi_reason else features.ks_reason end as reason
        from (
            with
            -- 1. how many rows each window has, and how many of them hold a value
            present_values as (
                select *
                from (
                    with
                    -- 1. how many rows each window has, and how many of them hold a value
                    presence as (
                        select
                            0 as is_current,
                            count(*) as all_rows,
                            count(`order`) as present_1,
                            count(`Amount`) as present_2,
                            count(cast(`is_new` as integer)) as present_3
                        from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')) as reference_window
                        union all
                        select
                            1 as is_current,
                            count(*) as all_rows,
                            count(`order`) as present_1,
                            count(`Amount`) as present_2,
                            count(cast(`is_new` as integer)) as present_3
                        from (select * from `shop`.`predictions` as monitored where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')) as current_window
                    ),
                    -- 2. the features by name
                    names as (
                        select 1 as place, cast('order' as string) as feature union all
                        select 2 as place, cast('Amount' as string) as feature union all
                        select 3 as place, cast('is_new' as string) as feature
                    )

                    -- 3. the same, one row a feature
                    select
                        place,
                        feature,
                        cast(max(case when is_current = 0 then all_rows end) as double) as ref_all,
                        cast(max(case when is_current = 0 then present_rows end) as double) as ref_present,
                        cast(max(case when is_current = 1 then all_rows end) as double) as cur_all,
                        cast(max(case when is_current = 1 then present_rows end) as double) as cur_present
                    from (
                        select
                            names.place,
                            names.feature,
                            presence.is_current,
                            presence.all_rows,
                            case names.place
                                when 1 then presence.present_1
                                when 2 then presence.present_2
                                when 3 then presence.present_3
                            end as present_rows
                        from presence
                        cross join names
                    ) as present_values
                    group by place, feature
                ) as presence
            ),
            -- 2. the counts behind PSI and KS
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
                                    element_at(array('order', 'Amount', 'is_new'), place + 1) as feature,
                                    value,
                                    cast(count(*) as double) as ref_rows,
                                    cast(0 as double) as cur_rows
                                from (
                                    select posexplode(array(
                                        case when (`order` < cast('Infinity' as double) and `order` > - cast('Infinity' as double) and not (`order` = cast('NaN' as double))) then cast(`order` as double) end,
                                        case when (`Amount` is not null) then cast(`Amount` as double) end,
                                        case when (cast(`is_new` as integer) is not null) then cast(cast(`is_new` as integer) as double) end
                                    )) as (place, value)
                                    from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')) as reference_window
                                ) as entries
                                where value is not null
                                group by place, value
                                union all
                                select
                                    element_at(array('order', 'Amount', 'is_new'), place + 1) as feature,
                                    value,
                                    cast(0 as double) as ref_rows,
                                    cast(count(*) as double) as cur_rows
                                from (
                                    select posexplode(array(
                                        case when (`order` < cast('Infinity' as double) and `order` > - cast('Infinity' as double) and not (`order` = cast('NaN' as double))) then cast(`order` as double) end,
                                        case when (`Amount` is not null) then cast(`Amount` as double) end,
                                        case when (cast(`is_new` as integer) is not null) then cast(cast(`is_new` as integer) as double) end
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
                ) as counted
            ),
            -- 3. both statistics
            statistics as (
                select
                    present.place,
                    present.feature,
                    ref_all,
                    cur_all,
                    ref_present,
                    cur_present,
                    coalesce(ref_n, 0) as ref_n,
                    coalesce(cur_n, 0) as cur_n,
                    ref_minimum,
                    ref_maximum,
                    ks_value,
                    abs(ks_ref / nullif(ref_n, 0) - ks_cur / nullif(cur_n, 0)) as ks,
                    psi_1
                    + psi_2
                    + psi_3
                    + psi_4 as psi,
                    case when ref_bin_1 + cur_bin_1 > 0 then 1e0 else 0e0 end
                    + case when ref_bin_2 + cur_bin_2 > 0 then 1e0 else 0e0 end
                    + case when ref_bin_3 + cur_bin_3 > 0 then 1e0 else 0e0 end
                    + case when ref_bin_4 + cur_bin_4 > 0 then 1e0 else 0e0 end - 1 as freedom,
                    least(
                        case when ref_bin_1 + cur_bin_1 > 0 then ref_bin_1 else ref_n end,
                        case when ref_bin_2 + cur_bin_2 > 0 then ref_bin_2 else ref_n end,
                        case when ref_bin_3 + cur_bin_3 > 0 then ref_bin_3 else ref_n end,
                        case when ref_bin_4 + cur_bin_4 > 0 then ref_bin_4 else ref_n end
                    ) as smallest_bin,
                    case when ref_bin_1 > 0 then ref_n / ref_bin_1 - 1 else 0 end
                    + case when ref_bin_2 > 0 then ref_n / ref_bin_2 - 1 else 0 end
                    + case when ref_bin_3 > 0 then ref_n / ref_bin_3 - 1 else 0 end
                    + case when ref_bin_4 > 0 then ref_n / ref_bin_4 - 1 else 0 end as odds
                from present_values as present
                left join feature_bins as counted on present.feature = counted.feature
            ),
            -- 4. why there is none
            reasons as (
                select
                    statistics.*,
                    case
                        when ref_all = 0 and cur_all = 0 then 'the reference window holds no rows and the current window holds no rows'
                        when ref_all = 0 then 'the reference window holds no rows'
                        when cur_all = 0 then 'the current window holds no rows'
                        when ref_n = 0 then 'the reference window has no finite values; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                        when ref_n < 10 then 'the reference window has only ' || cast(cast(ref_n as bigint) as string) || ' finite values; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                        when cur_n = 0 then 'the current window has no finite values; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                        when cur_n < 10 then 'the current window has only ' || cast(cast(cur_n as bigint) as string) || ' finite values; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                    end as few_rows,
                    case when cur_n < ref_n then cur_n else ref_n end as fewer,
                    case when cur_n < ref_n then ref_n else cur_n end as more,
                    (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0))
                        * case
                            when case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end >= 300 then 1
                            else 1 + odds / nullif(2 * cur_n * freedom, 0)
                        end as spread,
                    case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end as expected
                from statistics
            ),
            -- 5. what the p-values are looked up by
            sizes as (
                select
                    reasons.*,
                    case when few_rows is null then case
                        when more > 10000 then floor(fewer / (fewer + more) * more + 5e-1)
                        else fewer / (fewer + more) * more
                    end end as ks_size,
                    case when few_rows is null then case
                        when more > 10000 then 1 / 6e0
                        else (more + 2 * fewer) / (6 * (fewer + more)) - case
                            when (more - fewer * floor(more / nullif(fewer, 0))) = 0 then fewer
                            when fewer - (more - fewer * floor(more / nullif(fewer, 0))) * floor(fewer / nullif((more - fewer * floor(more / nullif(fewer, 0))), 0)) = 0 then (more - fewer * floor(more / nullif(fewer, 0)))
                            else 0
                        end / (2 * (fewer + more))
                    end end as ks_shift
                from reasons
            ),
            judged as (
                select
                    sizes.*,
                    case when few_rows is null then ks end as ks_statistic,
                    sqrt(ks_size) * ks as ks_z,
                    case when few_rows is null and ref_minimum < ref_maximum then psi end as psi_value,
                    case when few_rows is null and ref_minimum < ref_maximum and expected >= 30 then psi / spread end as chi_square
                from sizes
            ),
            lookups as (
                select
                    judged.*,
                    ks_z + ks_shift / sqrt(ks_size)
                        + (1 - (case when more > 10000 then 0 else fewer / nullif(fewer + more, 0) * more / nullif(fewer + more, 0) end)) / 9 * (ks_z * ks_z * ks_z - (1 + 2 * (case when more > 10000 then 0 else fewer / nullif(fewer + more, 0) * more / nullif(fewer + more, 0) end)) * ks_z) / ks_size as ks_lookup,
                    case
                        when freedom < 1 then null
                        when freedom <= 30 then sqrt(chi_square)
                        when chi_square / freedom < 1e-9 then -37
                        else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
                    end as deviate
                from judged
            ),
            tails as (
                select
                    lookups.*,
                    case
                        when deviate > 37 then 0
                        when deviate < -37 then 1
                        else abs(case when deviate < 0 then 1 else 0 end - exp(- deviate * deviate / 2) * (7.6919304975006722e-2 + (1 - 1e1 / (abs(deviate) + 5)) * (-1.4345755526399723e-1 + (1 - 1e1 / (abs(deviate) + 5)) * (1.1606881188592039e-1
                            + (1 - 1e1 / (abs(deviate) + 5)) * (-8.0883877265270215e-2 + (1 - 1e1 / (abs(deviate) + 5)) * (4.7855352287807511e-2
                            + (1 - 1e1 / (abs(deviate) + 5)) * (-2.3413900462155954e-2 + (1 - 1e1 / (abs(deviate) + 5)) * (8.9913704916727653e-3
                            + (1 - 1e1 / (abs(deviate) + 5)) * (-2.3788446225079815e-3 + (1 - 1e1 / (abs(deviate) + 5)) * (2.1955119546307483e-4
                            + (1 - 1e1 / (abs(deviate) + 5)) * (1.3427839662330339e-4 + (1 - 1e1 / (abs(deviate) + 5)) * (-6.0429406495054583e-5
                            + (1 - 1e1 / (abs(deviate) + 5)) * (9.5575192080068616e-7 + (1 - 1e1 / (abs(deviate) + 5)) * (6.6489347421407176e-6
                            + (1 - 1e1 / (abs(deviate) + 5)) * (-1.2575410060939854e-6 + (1 - 1e1 / (abs(deviate) + 5)) * (-6.8059977212561246e-7
                            + (1 - 1e1 / (abs(deviate) + 5)) * (2.2573488971450943e-7 + (1 - 1e1 / (abs(deviate) + 5)) * (7.9326886579751188e-8
                            + (1 - 1e1 / (abs(deviate) + 5)) * (-2.4785566695247639e-8 + (1 - 1e1 / (abs(deviate) + 5)) * -9.1482994445597197e-9)))))))))))))))))))
                    end as tail
                from lookups
            )

            -- 6. the p-values
            select
                feature,
                cast(ref_n as bigint) as ref_rows,
                cast(cur_n as bigint) as cur_rows,
                cast(ref_all - ref_present as bigint) as ref_missing,
                cast(cur_all - cur_present as bigint) as cur_missing,
                cast(ref_present - ref_n as bigint) as ref_non_finite,
                cast(cur_present - cur_n as bigint) as cur_non_finite,
                psi_value as psi,
                case when chi_square is not null then case
                        when freedom < 1 or chi_square <= 0 then 1
                        when freedom <= 30 and chi_square > 1350 then 0
                        when freedom <= 30 then
                            case when (freedom - 2 * floor(freedom / 2)) = 1 then 2 * tail else 0 end
                            + case when freedom < 2 then 0 else exp(- chi_square / 2) * case when (freedom - 2 * floor(freedom / 2)) = 1 then sqrt(2 * chi_square / 3.1415926535897931e0) else 1 end * (1
                            + case when freedom < 4 then 0 else chi_square / (2 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 6 then 0 else chi_square / (4 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 8 then 0 else chi_square / (6 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 10 then 0 else chi_square / (8 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 12 then 0 else chi_square / (10 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 14 then 0 else chi_square / (12 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 16 then 0 else chi_square / (14 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 18 then 0 else chi_square / (16 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 20 then 0 else chi_square / (18 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 22 then 0 else chi_square / (20 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 24 then 0 else chi_square / (22 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 26 then 0 else chi_square / (24 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 28 then 0 else chi_square / (26 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 30 then 0 else chi_square / (28 + (freedom - 2 * floor(freedom / 2))) * (1) end) end) end) end) end) end) end) end) end) end) end) end) end) end) end
                        when deviate > 35 then 0
                        else tail + exp(- deviate * deviate / 2) / sqrt(3.1415926535897931e0 * freedom) * case
                            when abs((deviate / sqrt(freedom / 2))) < 2e-2 then
                                -1 / 3e0 + (deviate / sqrt(freedom / 2)) / 12 - 2 * (deviate / sqrt(freedom / 2)) * (deviate / sqrt(freedom / 2)) / 135 + (-1 / 5.4e2 - (deviate / sqrt(freedom / 2)) / 288) * 2 / freedom
                            else
                                1 / (chi_square / freedom - 1) - 1 / (deviate / sqrt(freedom / 2))
                                + (1 / ((deviate / sqrt(freedom / 2)) * (deviate / sqrt(freedom / 2)) * (deviate / sqrt(freedom / 2))) - 1 / ((chi_square / freedom - 1) * (chi_square / freedom - 1) * (chi_square / freedom - 1)) - 1 / ((chi_square / freedom - 1) * (chi_square / freedom - 1)) - 1 / (12 * (chi_square / freedom - 1))) * 2 / freedom
                        end
                    end end as psi_p_value,
                case when chi_square is not null then spread * (case
                        when freedom < 1 then 0
                        when freedom = 1 then 3.8414588206941236e0
                        when freedom = 2 then 5.9914645471079799e0
                        when freedom = 3 then 7.8147279032511774e0
                        when freedom = 4 then 9.4877290367811540e0
                        when freedom = 5 then 1.1070497693516351e1
                        when freedom = 6 then 1.2591587243743977e1
                        when freedom = 7 then 1.4067140449340169e1
                        when freedom = 8 then 1.5507313055865450e1
                        when freedom = 9 then 1.6918977604620448e1
                        else freedom * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom))) * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom))) * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
                    end) end as psi_noise,
                ks_statistic,
                case when ks_statistic is not null then case
                        when ks_lookup < 2e-1 then 1
                        when ks_lookup < 8e-1 then 1 - 2.5066282746310002e0 / ks_lookup
                            * (exp(-1.2337005501361697e0 / (ks_lookup * ks_lookup)) + exp(-1.1103304951225528e1 / (ks_lookup * ks_lookup)))
                        else 2 * (
                            case when -2 * ks_lookup * ks_lookup > -700 then exp(-2 * ks_lookup * ks_lookup) else 0 end
                            - case when -8 * ks_lookup * ks_lookup > -700 then exp(-8 * ks_lookup * ks_lookup) else 0 end
                            + case when -18 * ks_lookup * ks_lookup > -700 then exp(-18 * ks_lookup * ks_lookup) else 0 end
                            - case when -32 * ks_lookup * ks_lookup > -700 then exp(-32 * ks_lookup * ks_lookup) else 0 end
                            + case when -50 * ks_lookup * ks_lookup > -700 then exp(-50 * ks_lookup * ks_lookup) else 0 end
                        )
                    end end as ks_p_value,
                case when ks_statistic is not null then ks_value end as ks_location,
                ref_minimum,
                ref_maximum,
                case
                    when few_rows is not null then few_rows
                    when psi_value is null then 'every reference value is ' || case
                        when ref_minimum = floor(ref_minimum) and abs(ref_minimum) < 1e6 then cast(cast(ref_minimum as bigint) as string)
                        else cast(ref_minimum as string)
                    end || ', so there are no quantile bins'
                    when chi_square is null then 'too few rows for the closed form of the p-value: a bin expects only '
                        || cast(cast(floor(expected) as bigint) as string) || '; at least 30 are needed'
                end as psi_reason,
                few_rows as ks_reason
            from tails
            order by place
        ) as features
        cross join (
            select cast('feature_psi' as string) as check_name
            union all
            select cast('feature_ks' as string) as check_name
        ) as names
        union all
        select
            check_name,
            cast(null as string) as feature,
            effect,
            p_value,
            reason
        from (
            with
            -- 1. one row a window and label, with the moments of the entropy
            profile as (
                select *
                from (
                    with
                    -- 1. every row's label, entropy and flaws
                    scored as (
                        select
                            0 as is_current,
                            cast(`predicted_label` as string) as label,
                            case when ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) < cast('Infinity' as double) and (cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) > - cast('Infinity' as double) and not ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) = cast('NaN' as double))) then - (
                                case when `p_a` > 1e-08 then cast(`p_a` as double) * ln(cast(`p_a` as double)) else 1e-08 * ln(1e-08) end
                                + case when `p_b` > 1e-08 then cast(`p_b` as double) * ln(cast(`p_b` as double)) else 1e-08 * ln(1e-08) end
                                + case when `p_unknown` > 1e-08 then cast(`p_unknown` as double) * ln(cast(`p_unknown` as double)) else 1e-08 * ln(1e-08) end
                            ) end as entropy,
                            case when (`p_a` < 0 or (`p_a` > 1 and not (cast(`p_a` as double) = cast('NaN' as double))) or `p_b` < 0 or (`p_b` > 1 and not (cast(`p_b` as double) = cast('NaN' as double))) or `p_unknown` < 0 or (`p_unknown` > 1 and not (cast(`p_unknown` as double) = cast('NaN' as double)))) then 1 else 0 end as out_of_range,
                            case when ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) < cast('Infinity' as double) and (cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) > - cast('Infinity' as double) and not ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) = cast('NaN' as double)))
                                and abs((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) - 1) > 0.01e0 then 1 else 0 end as not_normalized
                        from (select * from `shop`.`predictions` as monitored where (`schema_version` <> '0') and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')) as reference_window
                        union all
                        select
                            1 as is_current,
                            cast(`predicted_label` as string) as label,
                            case when ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) < cast('Infinity' as double) and (cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) > - cast('Infinity' as double) and not ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) = cast('NaN' as double))) then - (
                                case when `p_a` > 1e-08 then cast(`p_a` as double) * ln(cast(`p_a` as double)) else 1e-08 * ln(1e-08) end
                                + case when `p_b` > 1e-08 then cast(`p_b` as double) * ln(cast(`p_b` as double)) else 1e-08 * ln(1e-08) end
                                + case when `p_unknown` > 1e-08 then cast(`p_unknown` as double) * ln(cast(`p_unknown` as double)) else 1e-08 * ln(1e-08) end
                            ) end as entropy,
                            case when (`p_a` < 0 or (`p_a` > 1 and not (cast(`p_a` as double) = cast('NaN' as double))) or `p_b` < 0 or (`p_b` > 1 and not (cast(`p_b` as double) = cast('NaN' as double))) or `p_unknown` < 0 or (`p_unknown` > 1 and not (cast(`p_unknown` as double) = cast('NaN' as double)))) then 1 else 0 end as out_of_range,
                            case when ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) < cast('Infinity' as double) and (cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) > - cast('Infinity' as double) and not ((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) = cast('NaN' as double)))
                                and abs((cast(`p_a` as double) + cast(`p_b` as double) + cast(`p_unknown` as double)) - 1) > 0.01e0 then 1 else 0 end as not_normalized
                        from (select * from `shop`.`predictions` as monitored where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')) as current_window
                    )

                    -- 2. counts and moments of each label
                    select
                        is_current,
                        label,
                        count(*) as label_rows,
                        count(entropy) as entropy_rows,
                        avg(entropy) as entropy_mean,
                        var_samp(entropy) as entropy_variance,
                        sum(out_of_range) as out_of_range_rows,
                        sum(not_normalized) as not_normalized_rows
                    from scored
                    group by is_current, label
                    order by label_rows desc, label, is_current
                    limit 2001
                ) as label_profile
            ),
            -- 2. one row a label
            labels as (
                select
                    label,
                    count(*) as profile_rows,
                    cast(max(case when is_current = 0 then label_rows else 0 end) as double) as ref_rows,
                    cast(max(case when is_current = 0 then entropy_rows else 0 end) as double) as ref_scored,
                    max(case when is_current = 0 then entropy_mean end) as ref_mean,
                    max(case when is_current = 0 then entropy_variance end) as ref_variance,
                    cast(max(case when is_current = 1 then label_rows else 0 end) as double) as cur_rows,
                    cast(max(case when is_current = 1 then entropy_rows else 0 end) as double) as cur_scored,
                    max(case when is_current = 1 then entropy_mean end) as cur_mean,
                    max(case when is_current = 1 then entropy_variance end) as cur_variance
                from profile
                group by label
            ),
            -- 3. beside each label, the totals of its window
            totals as (
                select
                    labels.*,
                    sum(profile_rows) over () as all_profile_rows,
                    sum(ref_rows) over () as ref_all,
                    sum(case when label is not null then ref_rows else 0 end) over () as ref_labeled,
                    sum(ref_scored) over () as ref_n,
                    sum(ref_scored * ref_mean) over () / nullif(sum(ref_scored) over (), 0) as ref_entropy,
                    sum(cur_rows) over () as cur_all,
                    sum(case when label is not null then cur_rows else 0 end) over () as cur_labeled,
                    sum(cur_scored) over () as cur_n,
                    sum(cur_scored * cur_mean) over () / nullif(sum(cur_scored) over (), 0) as cur_entropy
                from labels
            ),
            -- 4. how far each class moved, and its part of the chi-square statistic
            shifts as (
                select
                    totals.*,
                    case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
                    case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share,
                    case when label is not null then abs(cur_rows / nullif(cur_labeled, 0) - ref_rows / nullif(ref_labeled, 0)) end as shift,
                    case when label is not null then (ref_rows + cur_rows) / nullif(ref_labeled + cur_labeled, 0) end as pooled_share
                from totals
            ),
            squares as (
                select
                    shifts.*,
                    row_number() over (order by coalesce(shift, -1) desc, label) as place,
                    (cur_rows - pooled_share * cur_labeled) * (cur_rows - pooled_share * cur_labeled)
                        * (1 / nullif(pooled_share * cur_labeled, 0) + 1 / nullif(pooled_share * ref_labeled, 0)) as chi_square_part
                from shifts
            ),
            -- 5. one row for everything; variances combine by Chan, Golub and LeVeque (1983), The American Statistician 37(3)
            sums as (
                select
                    coalesce(max(all_profile_rows), 0) as profile_rows,
                    count(label) as classes,
                    min(case when label is not null then ref_rows + cur_rows end) as rarest,
                    sum(chi_square_part) as chi_square,
                    max(shift) as max_shift,
                    max(case when place = 1 then label end) as moved,
                    max(case when place = 1 then ref_share end) as moved_ref_share,
                    max(case when place = 1 then cur_share end) as moved_cur_share,
                    coalesce(max(ref_all), 0) as ref_all,
                    coalesce(max(ref_labeled), 0) as ref_labeled,
                    coalesce(max(case when label = 'Mixed/Unknown' then ref_rows end), 0) as ref_hits,
                    coalesce(max(ref_n), 0) as ref_n,
                    max(ref_entropy) as ref_entropy,
                    sum(case when ref_scored > 0 then (case when ref_scored > 1 then (ref_scored - 1) * ref_variance else 0 end)
                        + ref_scored * (ref_mean - ref_entropy) * (ref_mean - ref_entropy) end)
                        / nullif(max(ref_n) - 1, 0) as ref_entropy_variance,
                    coalesce(max(cur_all), 0) as cur_all,
                    coalesce(max(cur_labeled), 0) as cur_labeled,
                    coalesce(max(case when label = 'Mixed/Unknown' then cur_rows end), 0) as cur_hits,
                    coalesce(max(cur_n), 0) as cur_n,
                    max(cur_entropy) as cur_entropy,
                    sum(case when cur_scored > 0 then (case when cur_scored > 1 then (cur_scored - 1) * cur_variance else 0 end)
                        + cur_scored * (cur_mean - cur_entropy) * (cur_mean - cur_entropy) end)
                        / nullif(max(cur_n) - 1, 0) as cur_entropy_variance
                from squares
            ),
            -- 6. the pooled rate and the standard errors
            errors as (
                select
                    sums.*,
                    ref_hits / nullif(ref_labeled, 0) as ref_rate,
                    cur_hits / nullif(cur_labeled, 0) as cur_rate,
                    (ref_hits + cur_hits) / nullif(ref_labeled + cur_labeled, 0) as pooled_rate,
                    least(ref_hits + cur_hits, ref_labeled + cur_labeled - ref_hits - cur_hits) * least(ref_labeled, cur_labeled) / nullif(ref_labeled + cur_labeled, 0) as expected_hits,
                    rarest * least(ref_labeled, cur_labeled) / nullif(ref_labeled + cur_labeled, 0) as expected_class,
                    cast(classes - 1 as double) as freedom,
                    ref_entropy_variance / nullif(ref_n, 0) as ref_error,
                    cur_entropy_variance / nullif(cur_n, 0) as cur_error,
                    case
                        when profile_rows > 2000 then 'the label column has over a thousand different values; a label is one of a few classes'
                        else case
                        when ref_all = 0 and cur_all = 0 then 'the reference window holds no rows and the current window holds no rows'
                        when ref_all = 0 then 'the reference window holds no rows'
                        when cur_all = 0 then 'the current window holds no rows'
                        when ref_labeled = 0 then 'the reference window has no labeled rows; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                        when ref_labeled < 10 then 'the reference window has only ' || cast(cast(ref_labeled as bigint) as string) || ' labeled rows; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                        when cur_labeled = 0 then 'the current window has no labeled rows; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                        when cur_labeled < 10 then 'the current window has only ' || cast(cast(cur_labeled as bigint) as string) || ' labeled rows; at least ' || cast(cast(10 as bigint) as string) || ' are needed'
                    end
                    end as few_labels,
                    case
                        when profile_rows > 2000 then 'the label column has over a thousand different values; a label is one of a few classes'
                        else case
                        when ref_all = 0 and cur_all = 0 then 'the reference window holds no rows and the current window holds no rows'
                        when ref_all = 0 then 'the reference window holds no rows'
                        when cur_all = 0 then 'the current window holds no rows'
                        when ref_n = 0 then 'the reference window has no complete probability vectors; at least ' || cast(cast(greatest(2, 10) as bigint) as string) || ' are needed'
                        when ref_n < greatest(2, 10) then 'the reference window has only ' || cast(cast(ref_n as bigint) as string) || ' complete probability vectors; at least ' || cast(cast(greatest(2, 10) as bigint) as string) || ' are needed'
                        when cur_n = 0 then 'the current window has no complete probability vectors; at least ' || cast(cast(greatest(2, 10) as bigint) as string) || ' are needed'
                        when cur_n < greatest(2, 10) then 'the current window has only ' || cast(cast(cur_n as bigint) as string) || ' complete probability vectors; at least ' || cast(cast(greatest(2, 10) as bigint) as string) || ' are needed'
                    end
                    end as few_vectors
                from sums
            ),
            -- 7. what the p-values are looked up by; entropies that are all equal differ by the rounding of sums, if at all
            statistics as (
                select
                    errors.*,
                    case when pooled_rate > 0 and pooled_rate < 1 then
                        (cur_rate - ref_rate) / sqrt(pooled_rate * (1 - pooled_rate) * (1 / nullif(cur_labeled, 0) + 1 / nullif(ref_labeled, 0)))
                    end as rate_z,
                    case
                        when ref_error + cur_error > 0
                            and not (ref_entropy_variance <= 1e-18 * ref_entropy * ref_entropy and cur_entropy_variance <= 1e-18 * ref_entropy * ref_entropy
                                and abs(cur_entropy - ref_entropy) <= 1e-9 * abs(ref_entropy))
                            then (cur_entropy - ref_entropy) / sqrt(ref_error + cur_error)
                    end as entropy_t,
                    case when ref_error + cur_error > 0 then 1 / (
                        ref_error / (ref_error + cur_error) * (ref_error / (ref_error + cur_error)) / nullif(ref_n - 1, 0)
                        + cur_error / (ref_error + cur_error) * (cur_error / (ref_error + cur_error)) / nullif(cur_n - 1, 0)
                    ) end as entropy_freedom,
                    case
                        when freedom < 1 then null
                        when freedom <= 30 then sqrt(chi_square)
                        when chi_square / freedom < 1e-9 then -37
                        else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
                    end as class_deviate
                from errors
            ),
            roots as (
                select
                    statistics.*,
                    case when abs(entropy_t) < 1e100 then sign(entropy_t) * sqrt((entropy_freedom - 5e-1) * case
                        when (entropy_t * entropy_t / entropy_freedom) < 1e-3 then (entropy_t * entropy_t / entropy_freedom) * (1 - (entropy_t * entropy_t / entropy_freedom) * (5e-1 - (entropy_t * entropy_t / entropy_freedom) * (1 / 3e0 - (entropy_t * entropy_t / entropy_freedom) * (2.5e-1 - (entropy_t * entropy_t / entropy_freedom) / 5))))
                        else ln(1 + (entropy_t * entropy_t / entropy_freedom))
                    end) else sign(entropy_t) * 1e3 end as entropy_root
                from statistics
            ),
            lookups as (
                select
                    roots.*,
                    entropy_root + entropy_root * (entropy_root * entropy_root + 3) / (48 * (entropy_freedom - 5e-1) * (entropy_freedom - 5e-1))
                        - entropy_root * (((4 * entropy_root * entropy_root + 33) * entropy_root * entropy_root + 240) * entropy_root * entropy_root + 855)
                        / (10 * (48 * (entropy_freedom - 5e-1) * (entropy_freedom - 5e-1)) * ((48 * (entropy_freedom - 5e-1) * (entropy_freedom - 5e-1)) + 8e-1 * entropy_root * entropy_root * entropy_root * entropy_root + 100)) as entropy_deviate
                from roots
            ),
            tails as (
                select
                    lookups.*,
                    case
                        when rate_z > 37 then 0
                        when rate_z < -37 then 1
                        else abs(case when rate_z < 0 then 1 else 0 end - exp(- rate_z * rate_z / 2) * (7.6919304975006722e-2 + (1 - 1e1 / (abs(rate_z) + 5)) * (-1.4345755526399723e-1 + (1 - 1e1 / (abs(rate_z) + 5)) * (1.1606881188592039e-1
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (-8.0883877265270215e-2 + (1 - 1e1 / (abs(rate_z) + 5)) * (4.7855352287807511e-2
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (-2.3413900462155954e-2 + (1 - 1e1 / (abs(rate_z) + 5)) * (8.9913704916727653e-3
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (-2.3788446225079815e-3 + (1 - 1e1 / (abs(rate_z) + 5)) * (2.1955119546307483e-4
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (1.3427839662330339e-4 + (1 - 1e1 / (abs(rate_z) + 5)) * (-6.0429406495054583e-5
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (9.5575192080068616e-7 + (1 - 1e1 / (abs(rate_z) + 5)) * (6.6489347421407176e-6
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (-1.2575410060939854e-6 + (1 - 1e1 / (abs(rate_z) + 5)) * (-6.8059977212561246e-7
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (2.2573488971450943e-7 + (1 - 1e1 / (abs(rate_z) + 5)) * (7.9326886579751188e-8
                            + (1 - 1e1 / (abs(rate_z) + 5)) * (-2.4785566695247639e-8 + (1 - 1e1 / (abs(rate_z) + 5)) * -9.1482994445597197e-9)))))))))))))))))))
                    end as rate_tail,
                    case
                        when entropy_deviate > 37 then 0
                        when entropy_deviate < -37 then 1
                        else abs(case when entropy_deviate < 0 then 1 else 0 end - exp(- entropy_deviate * entropy_deviate / 2) * (7.6919304975006722e-2 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-1.4345755526399723e-1 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (1.1606881188592039e-1
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-8.0883877265270215e-2 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (4.7855352287807511e-2
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-2.3413900462155954e-2 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (8.9913704916727653e-3
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-2.3788446225079815e-3 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (2.1955119546307483e-4
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (1.3427839662330339e-4 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-6.0429406495054583e-5
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (9.5575192080068616e-7 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (6.6489347421407176e-6
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-1.2575410060939854e-6 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-6.8059977212561246e-7
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (2.2573488971450943e-7 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (7.9326886579751188e-8
                            + (1 - 1e1 / (abs(entropy_deviate) + 5)) * (-2.4785566695247639e-8 + (1 - 1e1 / (abs(entropy_deviate) + 5)) * -9.1482994445597197e-9)))))))))))))))))))
                    end as entropy_tail,
                    case
                        when class_deviate > 37 then 0
                        when class_deviate < -37 then 1
                        else abs(case when class_deviate < 0 then 1 else 0 end - exp(- class_deviate * class_deviate / 2) * (7.6919304975006722e-2 + (1 - 1e1 / (abs(class_deviate) + 5)) * (-1.4345755526399723e-1 + (1 - 1e1 / (abs(class_deviate) + 5)) * (1.1606881188592039e-1
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (-8.0883877265270215e-2 + (1 - 1e1 / (abs(class_deviate) + 5)) * (4.7855352287807511e-2
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (-2.3413900462155954e-2 + (1 - 1e1 / (abs(class_deviate) + 5)) * (8.9913704916727653e-3
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (-2.3788446225079815e-3 + (1 - 1e1 / (abs(class_deviate) + 5)) * (2.1955119546307483e-4
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (1.3427839662330339e-4 + (1 - 1e1 / (abs(class_deviate) + 5)) * (-6.0429406495054583e-5
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (9.5575192080068616e-7 + (1 - 1e1 / (abs(class_deviate) + 5)) * (6.6489347421407176e-6
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (-1.2575410060939854e-6 + (1 - 1e1 / (abs(class_deviate) + 5)) * (-6.8059977212561246e-7
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (2.2573488971450943e-7 + (1 - 1e1 / (abs(class_deviate) + 5)) * (7.9326886579751188e-8
                            + (1 - 1e1 / (abs(class_deviate) + 5)) * (-2.4785566695247639e-8 + (1 - 1e1 / (abs(class_deviate) + 5)) * -9.1482994445597197e-9)))))))))))))))))))
                    end as class_tail
                from lookups
            ),
            -- 8. the p-values
            p_values as (
                select
                    tails.*,
                    case
                        when ref_hits + cur_hits = 0 or ref_hits + cur_hits = ref_labeled + cur_labeled then 1
                        when expected_hits >= 5 then rate_tail
                    end as rate_p_value,
                    case
                        when entropy_t is null then case when ref_error + cur_error = 0 and cur_entropy > ref_entropy * (1 + 1e-9) then 0 else 1 end
                        when entropy_freedom >= 5 then entropy_tail
                    end as entropy_p_value,
                    case
                        when classes = 1 then 1
                        when expected_class >= 5 then case
                        when freedom < 1 or chi_square <= 0 then 1
                        when freedom <= 30 and chi_square > 1350 then 0
                        when freedom <= 30 then
                            case when (freedom - 2 * floor(freedom / 2)) = 1 then 2 * class_tail else 0 end
                            + case when freedom < 2 then 0 else exp(- chi_square / 2) * case when (freedom - 2 * floor(freedom / 2)) = 1 then sqrt(2 * chi_square / 3.1415926535897931e0) else 1 end * (1
                            + case when freedom < 4 then 0 else chi_square / (2 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 6 then 0 else chi_square / (4 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 8 then 0 else chi_square / (6 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 10 then 0 else chi_square / (8 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 12 then 0 else chi_square / (10 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 14 then 0 else chi_square / (12 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 16 then 0 else chi_square / (14 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 18 then 0 else chi_square / (16 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 20 then 0 else chi_square / (18 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 22 then 0 else chi_square / (20 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 24 then 0 else chi_square / (22 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 26 then 0 else chi_square / (24 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 28 then 0 else chi_square / (26 + (freedom - 2 * floor(freedom / 2))) * (1
                            + case when freedom < 30 then 0 else chi_square / (28 + (freedom - 2 * floor(freedom / 2))) * (1) end) end) end) end) end) end) end) end) end) end) end) end) end) end) end
                        when class_deviate > 35 then 0
                        else class_tail + exp(- class_deviate * class_deviate / 2) / sqrt(3.1415926535897931e0 * freedom) * case
                            when abs((class_deviate / sqrt(freedom / 2))) < 2e-2 then
                                -1 / 3e0 + (class_deviate / sqrt(freedom / 2)) / 12 - 2 * (class_deviate / sqrt(freedom / 2)) * (class_deviate / sqrt(freedom / 2)) / 135 + (-1 / 5.4e2 - (class_deviate / sqrt(freedom / 2)) / 288) * 2 / freedom
                            else
                                1 / (chi_square / freedom - 1) - 1 / (class_deviate / sqrt(freedom / 2))
                                + (1 / ((class_deviate / sqrt(freedom / 2)) * (class_deviate / sqrt(freedom / 2)) * (class_deviate / sqrt(freedom / 2))) - 1 / ((chi_square / freedom - 1) * (chi_square / freedom - 1) * (chi_square / freedom - 1)) - 1 / ((chi_square / freedom - 1) * (chi_square / freedom - 1)) - 1 / (12 * (chi_square / freedom - 1))) * 2 / freedom
                        end
                    end
                    end as class_p_value
                from tails
            ),
            -- 9. one row a check
            checks as (
                select 1 as place, cast('reject_rate_increase' as string) as check_name union all
                select 2 as place, cast('entropy_spike' as string) as check_name union all
                select 3 as place, cast('class_shift' as string) as check_name
            ),
            results as (
                select
                    checks.place,
                    checks.check_name,
                    case check_name when 'reject_rate_increase' then 'Mixed/Unknown' when 'class_shift' then moved end as class_name,
                    case check_name when 'reject_rate_increase' then ref_rate when 'entropy_spike' then ref_entropy else moved_ref_share end as ref_value,
                    case check_name when 'reject_rate_increase' then cur_rate when 'entropy_spike' then cur_entropy else moved_cur_share end as cur_value,
                    case check_name
                        when 'reject_rate_increase' then cur_rate - ref_rate
                        when 'entropy_spike' then case when ref_entropy > 0 then cur_entropy / ref_entropy else 0 end
                        else max_shift
                    end as effect,
                    case check_name when 'reject_rate_increase' then rate_p_value when 'entropy_spike' then entropy_p_value else class_p_value end as p_value,
                    case check_name when 'entropy_spike' then ref_n else ref_labeled end as ref_rows,
                    case check_name when 'entropy_spike' then cur_n else cur_labeled end as cur_rows,
                    ref_all,
                    cur_all,
                    case check_name when 'entropy_spike' then few_vectors else few_labels end as few_rows,
                    case check_name
                        when 'reject_rate_increase' then 'too few rows for the closed form of the p-value: some count of the two rates is expected to be only '
                            || cast(cast(floor(expected_hits) as bigint) as string) || '; at least 5 are needed'
                        when 'entropy_spike' then 'too few rows for the closed form of the p-value: fewer than 5 degrees of freedom'
                        else 'too few rows for the closed form of the p-value: the rarest class is expected to be there only '
                            || cast(cast(floor(expected_class) as bigint) as string) || ' times; at least 5 are needed'
                    end as no_p_value
                from p_values
                cross join checks
                where check_name <> 'none'
            )

            select
                check_name,
                case when few_rows is null then class_name end as class_name,
                case when few_rows is null then ref_value end as ref_value,
                case when few_rows is null then cur_value end as cur_value,
                case when few_rows is null then effect end as effect,
                case when few_rows is null then p_value end as p_value,
                cast(ref_rows as bigint) as ref_rows,
                cast(cur_rows as bigint) as cur_rows,
                cast(ref_all - ref_rows as bigint) as ref_left_out,
                cast(cur_all - cur_rows as bigint) as cur_left_out,
                case when few_rows is not null then few_rows when p_value is null then no_p_value end as reason
            from results
            order by place
        ) as labels
    ) as checks
),
-- 2. the last that passes
passing as (
    select
        ranked.*,
        max(case when p_value <= cast(0.05e0 as double) * p_rank / nullif(p_values, 0) then p_rank else 1 end) over () as passed
    from ranked
),
-- 3. the cut-off, the threshold, and whether the effect is beyond it
weighed as (
    select
        passing.*,
        cast(0.05e0 as double) * passed / case when p_values > 0 then p_values else 1 end as evidence_cutoff,
        cast(case check_name when 'feature_psi' then 0.2e0 when 'feature_ks' then 0.05e0 when 'reject_rate_increase' then 0.1e0 when 'entropy_spike' then 2.0e0 else 0.15e0 end as double) as threshold,
        case
            when effect is null then 0
            when check_name = 'feature_psi' and effect > 0.2e0 then 1
            when check_name = 'feature_ks' and effect >= 0.05e0 then 1
            when check_name = 'reject_rate_increase' and effect >= 0.1e0 then 1
            when check_name = 'entropy_spike' and effect > 2.0e0 then 1
            when check_name = 'class_shift' and effect > 0.15e0 then 1
            else 0
        end as has_effect
    from passing
),
-- 4. alerts before the features' two checks are weighed against each other: 1, 0, or NULL for not computed
judged as (
    select
        weighed.*,
        case
            when effect is null then null
            when has_effect = 0 then 0
            when p_value is null then null
            when p_value <= evidence_cutoff then 1
            else 0
        end as alerts
    from weighed
),
settled as (
    select
        judged.*,
        case
            when check_name = 'feature_ks' and max(case when check_name = 'feature_psi' then alerts end) over (partition by feature) = 1 then 0
            else alerts
        end as flag
    from judged
)

-- 5. the verdict
select
    check_name,
    feature,
    effect,
    threshold,
    p_value,
    evidence_cutoff,
    case when flag is not null then flag = 1 end as is_flagged,
    case
        when flag = 1 and check_name = 'feature_psi' and effect > 2 * threshold then 'critical'
        when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
        when flag = 1 then 'warning'
    end as severity,
    case when flag is null then reason end as reason
from settled
order by check_name, feature

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

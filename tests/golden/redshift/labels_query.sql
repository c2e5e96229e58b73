with
thresholds as ( -- 1. the thresholds
    select
        cast(10 as double precision) as min_rows, -- fewer rows than this are too few
        cast('Mixed/Unknown' as varchar(65535)) as reject_label -- the label of rejected rows
),
labeled_rows as ( -- 2. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast("predicted_label" as varchar(65535)) as label,
        cast("p_a" as double precision) as p_1,
        cast("p_b" as double precision) as p_2,
        cast("p_unknown" as double precision) as p_3
    from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current, cast("predicted_label" as varchar(65535)) as label,
        cast("p_a" as double precision) as p_1,
        cast("p_b" as double precision) as p_2,
        cast("p_unknown" as double precision) as p_3
    from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
),
scored as ( -- 3. every row's entropy
    select is_current, label,
        case when ((p_1 + p_2 + p_3) < 'Infinity' and (p_1 + p_2 + p_3) > '-Infinity') then - (
            case when p_1 > 1e-08 then p_1 * ln(p_1) else 1e-08 * ln(1e-08) end
            + case when p_2 > 1e-08 then p_2 * ln(p_2) else 1e-08 * ln(1e-08) end
            + case when p_3 > 1e-08 then p_3 * ln(p_3) else 1e-08 * ln(1e-08) end
        ) end as entropy, 3 as class_count
    from labeled_rows
),
labels as ( -- 4. one row per label
    select
        label, cast(max(class_count) as double precision) as class_count,
        cast(count(case when is_current = 0 then 1 end) as double precision) as ref_rows,
        cast(count(case when is_current = 0 then entropy end) as double precision) as ref_scored,
        avg(case when is_current = 0 then entropy end) as ref_mean,
        var_samp(case when is_current = 0 then entropy end) as ref_variance,
        cast(count(case when is_current = 1 then 1 end) as double precision) as cur_rows,
        cast(count(case when is_current = 1 then entropy end) as double precision) as cur_scored,
        avg(case when is_current = 1 then entropy end) as cur_mean,
        var_samp(case when is_current = 1 then entropy end) as cur_variance
    from scored group by label limit 2001
),
label_totals as ( -- 5. beside each label, the totals of its window
    select labels.*,
        0 as feature_number, ref_rows + cur_rows as least_rows, ref_rows + cur_rows as most_rows,
        case when label is not null then 1e0 else 0e0 end as group_size,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_n,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_n,
        sum(case when label is not null and ref_rows = 0 then cur_rows else 0 end) over () as unseen,
        max(case when label is not null and ref_rows = 0 then cur_rows else 0 end) over () as largest_new,
        sum(case when label is not null and ref_rows = 1 then 1e0 else 0e0 end) over () as singles,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_labeled,
        sum(ref_scored * ref_mean) over () / nullif(sum(ref_scored) over (), 0) as ref_entropy,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_labeled,
        sum(cur_scored * cur_mean) over () / nullif(sum(cur_scored) over (), 0) as cur_entropy
    from labels
),
chance_of_labels_digits as ( -- 6. numbers
    select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
),
chance_of_labels_places as ( -- 7. where the bound of Chernoff is tried
    select
        bound_number, cast(case bound_number
            when 1 then 2e-3 when 2 then 5e-3 when 3 then 1e-2 when 4 then 2e-2 when 5 then 3.5e-2
            when 6 then 5e-2 when 7 then 7.5e-2 when 8 then 1e-1 when 9 then 1.5e-1 when 10 then 2e-1
            when 11 then 3e-1 when 12 then 4e-1 when 13 then 5e-1 when 14 then 6e-1 when 15 then 7e-1
            when 16 then 8e-1 when 17 then 9e-1 when 18 then 9.5e-1 when 19 then 1.5e0 when 20 then 2.5e0
            when 21 then 4e0 when 22 then 1.5e0 when 23 then 2.5e0 when 24 then 4e0
            else 0e0 end as double precision) as tilt,
        case when bound_number > 21 then cast(3e1 as double precision)
            when bound_number > 18 then cast(1e1 as double precision) end as cut
    from (
        select 5 * fives.digit + ones.digit as bound_number
        from chance_of_labels_digits as fives cross join chance_of_labels_digits as ones
    ) as bound_numbers
),
chance_of_labels_tilted as ( -- 8. how probable it is that all rows of a category are current
    select label_totals.*, bound_number, tilt, cut,
        -ln(nullif(cur_n, 0) / (ref_n + cur_n)) as slope,
        case when least_rows <= cur_n then least_rows
            * ln((cur_n - (least_rows - 1) / 2) / (ref_n + cur_n - (least_rows - 1) / 2)) end as log_all_current,
        case when largest_new > 0 and most_rows >= largest_new and least_rows <= cur_n
            then greatest(least_rows, largest_new) end as large_rows
    from label_totals cross join chance_of_labels_places
),
chance_of_labels_exponents as ( -- 9. the exponents of the bound
    select chance_of_labels_tilted.*,
        case when log_all_current > -700 then exp(log_all_current) else 0 end as all_current,
        large_rows * ln((cur_n - (large_rows - 1) / 2) / (ref_n + cur_n - (large_rows - 1) / 2)) as log_as_large,
        case when most_rows > cut / nullif(slope, 0) then 1 else 0 end as stands_apart,
        case when least_rows = most_rows then log_all_current + tilt * slope * least_rows
            when log_all_current is null then null
            when tilt < 1 then (tilt - 1) * slope * least_rows else (tilt - 1) * slope * most_rows end as exponent
    from chance_of_labels_tilted
),
chance_of_labels_terms as ( -- 10. what each category adds to it
    select chance_of_labels_exponents.*,
        case when log_as_large > -700 then exp(log_as_large) else 0 end as as_large,
        case when bound_number = 0 or stands_apart = 1 or exponent is null then 0
            when least_rows = most_rows then case when exponent > -700 then exp(exponent) else 0 end - all_current
            else case when exponent > -700 then exp(exponent) else 0 end
        end as term
    from chance_of_labels_exponents
),
chance_of_labels_sums as ( -- 11. the bound at each place
    select chance_of_labels_terms.*,
        sum(group_size * case when term < 1e-16 then term
            when term < 1e-5 then term - term * term / 2 + term * term * term / 3 else ln(1 + term) end)
            over (partition by feature_number, bound_number) - tilt * slope * unseen as log_bound,
        sum(group_size * case when bound_number = 0 then as_large when stands_apart = 1 then all_current else 0 end)
            over (partition by feature_number, bound_number) as beside
    from chance_of_labels_terms
),
chance_of_labels_bounds as ( -- 12. the least of the bounds
    select chance_of_labels_sums.*,
        min(case
            when bound_number > 0 and cut is null then log_bound
            when bound_number = 0 then ln(greatest(beside, 1e-300))
            when log_bound > 1 then ln(beside + exp(1e0))
            else ln(greatest(beside + case when log_bound > -700 then exp(log_bound) else 0 end, 1e-300))
        end) over (partition by feature_number) + ln(2e0) as log_p
    from chance_of_labels_sums
),
chance_of_labels_new as ( -- 13. the p-value of new categories
    select chance_of_labels_bounds.*,
        case when unseen = 0 or log_p >= 0 then 1 when log_p < -690 then 1e-300 else exp(log_p) end as new_p_value
    from chance_of_labels_bounds where bound_number = 0
),
label_shares as ( -- 14. the share of each class
    select chance_of_labels_new.*,
        case when label is not null and ref_rows = 0 then cur_rows else 0 end as new_rows,
        ref_mean - ref_entropy as ref_off, cur_mean - cur_entropy as cur_off,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share
    from chance_of_labels_new
),
label_moves as ( -- 15. the classes by how far they moved
    select label_shares.*,
        row_number() over (order by coalesce(abs(cur_share - ref_share), -1) desc, label) as place,
        row_number() over (order by new_rows desc, label) as new_place
    from label_shares
),
label_sums as ( -- 16. one row for everything, with the mean and the variance of the entropy of each window
    select
        count(label) as classes, max(class_count) as class_count,
        coalesce(sum(case when ref_rows > 0 then 1 else 0 end + case when cur_rows > 0 then 1 else 0 end), 0) as counts,
        min(case when label is not null then ref_rows + cur_rows end) as rarest,
        max(abs(cur_share - ref_share)) as largest_shift,
        sum((cur_share - ref_share) * (cur_share - ref_share) / nullif(ref_rows + cur_rows, 0)) as squares,
        max(unseen) as unseen, max(new_p_value) as new_p_value, max(singles) as singles,
        max(case when new_place = 1 then label end) as newest,
        max(case when place = 1 then label end) as moved,
        max(case when place = 1 then ref_share end) as moved_ref_share,
        max(case when place = 1 then cur_share end) as moved_cur_share,
        coalesce(sum(ref_rows), 0) as ref_all, coalesce(max(ref_labeled), 0) as ref_labeled,
        coalesce(max(case when label = reject_label then ref_rows end), 0) as ref_hits,
        coalesce(sum(ref_scored), 0) as ref_n, max(ref_entropy) as ref_entropy,
        sum(case when ref_scored > 1 then (ref_scored - 1) * ref_variance else 0 end
            + case when ref_scored > 0 then ref_scored * ref_off * ref_off else 0 end)
            / nullif(sum(ref_scored) - 1, 0) as ref_variance,
        coalesce(sum(cur_rows), 0) as cur_all, coalesce(max(cur_labeled), 0) as cur_labeled,
        coalesce(max(case when label = reject_label then cur_rows end), 0) as cur_hits,
        coalesce(sum(cur_scored), 0) as cur_n, max(cur_entropy) as cur_entropy,
        sum(case when cur_scored > 1 then (cur_scored - 1) * cur_variance else 0 end
            + case when cur_scored > 0 then cur_scored * cur_off * cur_off else 0 end)
            / nullif(sum(cur_scored) - 1, 0) as cur_variance
    from label_moves cross join thresholds
),
label_errors as ( -- 17. rates, and the squared standard errors of the mean entropies
    select label_sums.*,
        ref_hits / nullif(ref_labeled, 0) as ref_rate, cur_hits / nullif(cur_labeled, 0) as cur_rate,
        ref_hits + cur_hits as hits, ref_labeled + cur_labeled as labeled,
        (ref_hits + cur_hits) / nullif(ref_labeled + cur_labeled, 0) as rate,
        case when cur_labeled < ref_labeled then cur_labeled else ref_labeled end as fewer_labeled,
        ref_variance / nullif(ref_n, 0) as ref_error, cur_variance / nullif(cur_n, 0) as cur_error
    from label_sums
),
label_statistics as ( -- 18. the z statistic of two proportions, and the t statistic of Welch
    select label_errors.*,
        case when rate < 0.5 then hits else labeled - hits end * fewer_labeled / nullif(labeled, 0) as expected_hits,
        rarest * fewer_labeled / nullif(labeled, 0) as expected_class,
        case when rate > 0 and rate < 1 then (cur_rate - ref_rate)
            / sqrt(rate * (1 - rate) * (1 / nullif(cur_labeled, 0) + 1 / nullif(ref_labeled, 0))) end as rate_z,
        case
            when ref_variance <= 1e-18 * ref_entropy * ref_entropy and cur_variance <= 1e-18 * ref_entropy * ref_entropy
            and abs(cur_entropy - ref_entropy) <= 1e-9 * abs(ref_entropy) then null
            when ref_error + cur_error > 0 then (cur_entropy - ref_entropy) / sqrt(ref_error + cur_error)
        end as t,
        case when ref_error + cur_error > 0 then 1 / (
            ref_error / (ref_error + cur_error) * (ref_error / (ref_error + cur_error)) / nullif(ref_n - 1, 0)
            + cur_error / (ref_error + cur_error) * (cur_error / (ref_error + cur_error)) / nullif(cur_n - 1, 0)
        ) end as t_freedom
    from label_errors
),
label_parts as ( -- 19. from t to a normal deviate, by Hill: two parts of the formula
    select label_statistics.*,
        case when abs(t) < 1e100 then t * t / t_freedom end as u,
        48 * (t_freedom - 5e-1) * (t_freedom - 5e-1) as b
    from label_statistics
),
label_roots as ( -- 20. its first step
    select label_parts.*,
        abs(case when u is null then sign(t) * 1e3 else sign(t) * sqrt((t_freedom - 5e-1) * case
            when u < 1e-3 then u * (1 - u * (5e-1 - u * (1 / 3e0 - u * (2.5e-1 - u / 5))))
            else ln(1 + u)
        end) end) as root
    from label_parts
),
label_tests as ( -- 21. one row per check
    select
        place,
        case check_name when 'reject_rate_increase' then reject_label when 'class_shift' then moved
            when 'new_category' then newest
        end as class_name,
        case check_name when 'reject_rate_increase' then ref_rate when 'entropy_spike' then ref_entropy
            when 'new_category'
            then singles / nullif(ref_labeled, 0)
            else moved_ref_share end as ref_value,
        case check_name when 'reject_rate_increase' then cur_rate when 'entropy_spike' then cur_entropy
            when 'new_category'
            then unseen / nullif(cur_labeled, 0)
            else moved_cur_share end as cur_value,
        check_name, ref_all, cur_all,
        case check_name when 'entropy_spike' then ref_n else ref_labeled end as ref_n,
        case check_name when 'entropy_spike' then cur_n else cur_labeled end as cur_n,
        case check_name when 'entropy_spike' then 'complete probability vectors' else 'labeled rows' end as unit,
        case when check_name = 'entropy_spike' and min_rows < 2 then 2 else min_rows end as min_rows,
        case check_name when 'reject_rate_increase' then cur_rate - ref_rate when 'class_shift' then largest_shift
            when 'new_category' then unseen / nullif(cur_labeled, 0)
            else case when ref_entropy > 0 then cur_entropy / ref_entropy else 0 end end as effect,
        case when check_name = 'entropy_spike' and class_count > 1
            then (cur_entropy - ref_entropy) / ln(class_count) end as entropy_change,
        case when check_name = 'entropy_spike' then 2 else 1 end as sides,
        case when check_name = 'reject_rate_increase' and expected_hits >= 5 then rate_z
            when check_name = 'entropy_spike' and t_freedom >= 5 then root + root * (root * root + 3) / b
            - root * (((4 * root * root + 33) * root * root + 240) * root * root + 855)
            / (10 * b * (b + 8e-1 * root * root * root * root + 100)) end as z,
        case when check_name = 'class_shift' and expected_class >= 5
            then ref_labeled * cur_labeled * squares end as chi_square,
        cast(classes - 1 as double precision) as freedom,
        case check_name when 'reject_rate_increase' then case when rate = 1 then 1 end
            when 'class_shift' then case when classes = 1 then 1 end
            when 'new_category' then new_p_value
            else case when ref_error + cur_error = 0 and abs(cur_entropy - ref_entropy) > 1e-9 * abs(ref_entropy) then 0
            when t is null then 1 end end as known_p,
        case when counts > 2000
            then 'the label column has over a thousand different values; a label is one of a few classes'
            when check_name = 'reject_rate_increase' and rate = 0 and reject_label <> 'Mixed/Unknown'
            then 'no row of either window has the label ' || reject_label
        end as too_many,
        case when check_name = 'reject_rate_increase' and rate = 0
        then 'no row of either window has the label ' || reject_label
            || '; where the model declines to answer, name the label that says so (reject_label)'
        else 'too few rows for the closed form of the p-value: ' || case check_name
            when 'reject_rate_increase' then 'some count of the two rates is expected to be only '
            || cast(cast(floor(expected_hits) as bigint) as varchar(65535)) || '; at least 5 are needed'
            when 'entropy_spike' then 'fewer than 5 degrees of freedom'
            else 'the rarest class is expected to be there only '
            || cast(cast(floor(expected_class) as bigint) as varchar(65535)) || ' times; at least 5 are needed'
        end end as no_p_reason
    from label_roots cross join (
        select 1 as place, cast('reject_rate_increase' as varchar(65535)) as check_name union all
        select 2 as place, cast('entropy_spike' as varchar(65535)) as check_name union all
        select 3 as place, cast('class_shift' as varchar(65535)) as check_name union all
        select 4 as place, cast('new_category' as varchar(65535)) as check_name
    ) as label_checks cross join thresholds
    where check_name <> 'new_category'
        or unseen > 0 and counts <= 2000 and ref_labeled >= min_rows and cur_labeled >= min_rows
),
deviates as ( -- 22. whether there are enough rows; the normal deviate behind each chi-square statistic
    select label_tests.*,
        coalesce(too_many, case
            when ref_all = 0 and cur_all = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when ref_all = 0 then 'the reference window holds no rows'
            when cur_all = 0 then 'the current window holds no rows'
            when ref_n < min_rows then 'the reference window has '
            || case when ref_n = 0 then 'no' else 'only ' || cast(cast(ref_n as bigint) as varchar(65535)) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar(65535)) || ' are needed'
            when cur_n < min_rows then 'the current window has '
            || case when cur_n = 0 then 'no' else 'only ' || cast(cast(cur_n as bigint) as varchar(65535)) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar(65535)) || ' are needed'
        end) as few_rows,
        coalesce(z, case
            when freedom < 1 then null when freedom <= 30 then sqrt(chi_square)
            when chi_square / freedom < 1e-9 then -37
            else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
        end) as deviate
    from label_tests
),
fractions as ( -- 23. parts of the formulas below
    select deviates.*,
        1 - 1e1 / (abs(deviate) + 5) as r, chi_square as x, freedom as df, freedom - 2 * floor(freedom / 2) as odd,
        case when freedom > 0 then deviate / sqrt(freedom / 2) end as eta,
        case when freedom > 0 then chi_square / freedom - 1 end as mu
    from deviates
),
tails as ( -- 24. the tail of the normal distribution: a polynomial fitted to 13 digits
    select fractions.*,
        case
            when deviate > 37 then 0 when deviate < -37 then 1
            else abs(case when deviate < 0 then 1 else 0 end - exp(- deviate * deviate / 2) * (
            7.6919304975006722e-2 + r * (-1.4345755526399723e-1 + r * (1.1606881188592039e-1 + r * (
            -8.0883877265270215e-2 + r * (4.7855352287807511e-2 + r * (-2.3413900462155954e-2 + r * (
            8.9913704916727653e-3 + r * (-2.3788446225079815e-3 + r * (2.1955119546307483e-4 + r * (
            1.3427839662330339e-4 + r * (-6.0429406495054583e-5 + r * (9.5575192080068616e-7 + r * (
            6.6489347421407176e-6 + r * (-1.2575410060939854e-6 + r * (-6.8059977212561246e-7 + r * (
            2.2573488971450943e-7 + r * (7.9326886579751188e-8 + r * (-2.4785566695247639e-8 + r *
            -9.1482994445597197e-9)))))))))))))))))))
        end as tail
    from fractions
)

-- 25. one row per check
select
    check_name,
    case when few_rows is null then class_name end as class_name,
    case when few_rows is null then ref_value end as ref_value,
    case when few_rows is null then cur_value end as cur_value,
    case when few_rows is null then effect end as effect,
    case
        when few_rows is not null then null
        when known_p is not null then known_p
        when chi_square is not null then case
            when df < 1 or x <= 0 then 1 when df <= 30 and x > 1350 then 0
            when df <= 30 then case when odd = 1 then 2 * tail else 0 end
            + case when df < 2 then 0 else exp(- x / 2)
            * case when odd = 1 then sqrt(2 * x / 3.1415926535897931e0) else 1 end * (1
            + case when df < 4 then 0 else x / (2 + odd) * (1 + case when df < 6 then 0 else x / (4 + odd) * (1
            + case when df < 8 then 0 else x / (6 + odd) * (1 + case when df < 10 then 0 else x / (8 + odd) * (1
            + case when df < 12 then 0 else x / (10 + odd) * (1 + case when df < 14 then 0 else x / (12 + odd) * (1
            + case when df < 16 then 0 else x / (14 + odd) * (1 + case when df < 18 then 0 else x / (16 + odd) * (1
            + case when df < 20 then 0 else x / (18 + odd) * (1 + case when df < 22 then 0 else x / (20 + odd) * (1
            + case when df < 24 then 0 else x / (22 + odd) * (1 + case when df < 26 then 0 else x / (24 + odd) * (1
            + case when df < 28 then 0 else x / (26 + odd) * (1 + case when df < 30 then 0 else x / (28 + odd) * (1
            ) end) end) end) end) end) end) end) end) end) end) end) end) end) end) end
            when deviate > 35 then 0
            else tail + exp(- deviate * deviate / 2) / sqrt(3.1415926535897931e0 * df) * case
            when abs(eta) < 2e-2 then -1 / 3e0 + eta / 12 - 2 * eta * eta / 135 + (-1 / 5.4e2 - eta / 288) * 2 / df
            else 1 / mu - 1 / eta + (1 / (eta * eta * eta) - 1 / (mu * mu * mu)
            - 1 / (mu * mu) - 1 / (12 * mu)) * 2 / df end
        end
        else sides * tail
    end as p_value,
    cast(ref_n as bigint) as ref_rows,
    cast(cur_n as bigint) as cur_rows,
    cast(ref_all - ref_n as bigint) as ref_left_out,
    cast(cur_all - cur_n as bigint) as cur_left_out,
    case
        when few_rows is not null then few_rows
        when known_p is null and chi_square is null and z is null then no_p_reason
    end as reason,
    case when few_rows is null then entropy_change end as entropy_change
from tails
order by place

with
thresholds as ( -- 1. the thresholds
    select
        cast(10 as double precision) as min_rows, -- fewer rows than this are too few
        cast(0.0001e0 as double precision) as psi_epsilon -- a smaller share of a bin counts as this
),
category_names as ( -- 2. the names of the features with categories
    select 1 as feature_number, cast('schema_version' as varchar) as feature
),
categories as ( -- 3. the categories of each feature and their rows in both windows
    select
        1 as feature,
        category,
        count(case when is_current = 0 then 1 end) as ref_rows,
        count(case when is_current = 1 then 1 end) as cur_rows
    from (
        select cast("schema_version" as varchar) as category, 0 as is_current from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown", "schema_version"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
        union all
        select cast("schema_version" as varchar) as category, 1 as is_current from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown", "schema_version"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as both_windows
    where category is not null
    group by category
),
ranked_categories as ( -- 4. the places of those that are named
    select
        feature,
        category,
        ref_rows,
        cur_rows,
        case when ref_rows > 0 and ref_number <= 3 then ref_number else 0 end as ref_place,
        case when both_number <= 3 then both_number else 0 end as both_place,
        case when ref_rows = 0 and new_number <= 10 then new_number else 0 end as new_place,
        case when cur_rows = 0 and gone_number <= 10 then gone_number else 0 end as gone_place
    from (
        select
            feature,
            category,
            ref_rows,
            cur_rows,
            row_number() over (partition by feature order by ref_rows desc, category) as ref_number,
            row_number() over (partition by feature order by ref_rows + cur_rows desc, category) as both_number,
            row_number() over (partition by feature, is_new order by cur_rows desc, category) as new_number,
            row_number() over (partition by feature, is_gone order by ref_rows desc, category) as gone_number
        from (
            select
                feature,
                category,
                ref_rows,
                cur_rows,
                case when ref_rows = 0 then 1 else 0 end as is_new,
                case when cur_rows = 0 then 1 else 0 end as is_gone
            from categories
        ) as marked
    ) as numbered
),
shown_categories as ( -- 5. the others have no name, but a range of frequencies
    select
        feature,
        case when ref_place + both_place + new_place + gone_place > 0 then category end as category,
        case
            when ref_place + both_place + new_place + gone_place > 0 then 0
            when ref_rows + cur_rows < 2 then 1 when ref_rows + cur_rows < 3 then 2
            when ref_rows + cur_rows < 4 then 3 when ref_rows + cur_rows < 5 then 4
            when ref_rows + cur_rows < 6 then 5 when ref_rows + cur_rows < 7 then 6
            when ref_rows + cur_rows < 8 then 7 when ref_rows + cur_rows < 9 then 8
            when ref_rows + cur_rows < 10 then 9 when ref_rows + cur_rows < 11 then 10
            when ref_rows + cur_rows < 12 then 11 when ref_rows + cur_rows < 15 then 12
            when ref_rows + cur_rows < 20 then 13 when ref_rows + cur_rows < 30 then 14
            when ref_rows + cur_rows < 40 then 15 when ref_rows + cur_rows < 50 then 16
            when ref_rows + cur_rows < 70 then 17 when ref_rows + cur_rows < 100 then 18
            when ref_rows + cur_rows < 150 then 19 when ref_rows + cur_rows < 200 then 20
            when ref_rows + cur_rows < 300 then 21 when ref_rows + cur_rows < 500 then 22
            when ref_rows + cur_rows < 700 then 23 when ref_rows + cur_rows < 1000 then 24
            when ref_rows + cur_rows < 2000 then 25 when ref_rows + cur_rows < 5000 then 26
            when ref_rows + cur_rows < 10000 then 27
            else 28
        end as frequency,
        ref_rows,
        cur_rows,
        ref_place,
        both_place,
        new_place,
        gone_place
    from ranked_categories
),
counted_categories as ( -- 6. a row per category that is named, and per range of the others
    select
        feature,
        frequency,
        substring(category, 1, 200) as category,
        sum(ref_rows) as ref_rows,
        sum(cur_rows) as cur_rows,
        max(ref_place) as ref_rank,
        max(both_place) as both_rank,
        max(new_place) as new_rank,
        max(gone_place) as gone_rank,
        count(*) as categories,
        min(ref_rows + cur_rows) as least_rows,
        max(ref_rows + cur_rows) as most_rows,
        count(case when ref_rows = 0 then 1 end) as unseen_categories,
        sum(case when ref_rows = 0 then cur_rows else 0 end) as unseen_rows,
        count(case when ref_rows = 1 then 1 end) as ref_singles
    from shown_categories
    group by feature, frequency, category
),
category_windows as ( -- 7. how many rows each window has
    select cast(sum(ref_rows) as double precision) as ref_all, cast(sum(cur_rows) as double precision) as cur_all
    from (
        select count(*) as ref_rows, 0 as cur_rows from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown", "schema_version"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
        union all
        select 0 as ref_rows, count(*) as cur_rows from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown", "schema_version"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as window_sizes
),
rows_of_categories as ( -- 8. what was counted, and the features of which nothing was
    select
        names.feature_number as feature_number, names.feature as feature, ref_all, cur_all, category,
        cast(coalesce(counted.ref_rows, 0) as double precision) as ref_count,
        cast(coalesce(counted.cur_rows, 0) as double precision) as cur_count,
        cast(coalesce(counted.ref_rank, 0) as double precision) as ref_rank,
        cast(coalesce(counted.both_rank, 0) as double precision) as both_rank,
        cast(coalesce(counted.new_rank, 0) as double precision) as new_rank,
        cast(coalesce(counted.gone_rank, 0) as double precision) as gone_rank,
        cast(coalesce(counted.unseen_categories, 0) as double precision) as unseen_categories,
        cast(coalesce(counted.unseen_rows, 0) as double precision) as unseen_rows,
        cast(coalesce(counted.ref_singles, 0) as double precision) as ref_singles,
        cast(coalesce(least_rows, 1) as double precision) as least_rows,
        cast(coalesce(most_rows, 1) as double precision) as most_rows,
        cast(coalesce(counted.categories, 0) as double precision) as group_size,
        row_number() over (
            partition by names.feature_number order by both_rank, ref_rank, new_rank, gone_rank, frequency
        ) as place_in_feature
    from category_names as names
    cross join category_windows
    left join counted_categories as counted on counted.feature = names.feature_number
),
category_totals as ( -- 9. beside it, the sums of each feature
    select rows_of_categories.*,
        sum(unseen_rows) over (partition by feature_number) as unseen,
        sum(unseen_categories) over (partition by feature_number) as new_count,
        sum(ref_singles) over (partition by feature_number) as singles,
        sum(group_size) over (partition by feature_number) as all_count,
        max(case when new_rank = 1 then cur_count else 0 end) over (partition by feature_number) as largest_new,
        sum(case when ref_rank > 0 then 1e0 else 0e0 end) over (partition by feature_number) as listed_count,
        sum(ref_count) over (partition by feature_number) as ref_n,
        sum(case when ref_rank > 0 then ref_count else 0 end) over (partition by feature_number) as ref_listed,
        sum(case when both_rank > 0 then ref_count else 0 end) over (partition by feature_number) as ref_pooled,
        sum(cur_count) over (partition by feature_number) as cur_n,
        sum(case when ref_rank > 0 then cur_count else 0 end) over (partition by feature_number) as cur_listed,
        sum(case when both_rank > 0 then cur_count else 0 end) over (partition by feature_number) as cur_pooled
    from rows_of_categories
),
chance_digits as ( -- 10. numbers
    select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
),
chance_places as ( -- 11. where the bound of Chernoff is tried
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
        from chance_digits as fives cross join chance_digits as ones
    ) as bound_numbers
),
chance_tilted as ( -- 12. how probable it is that all rows of a category are current
    select category_totals.*, bound_number, tilt, cut,
        -ln(nullif(cur_n, 0) / (ref_n + cur_n)) as slope,
        case when least_rows <= cur_n then least_rows
            * ln((cur_n - (least_rows - 1) / 2) / (ref_n + cur_n - (least_rows - 1) / 2)) end as log_all_current,
        case when largest_new > 0 and most_rows >= largest_new and least_rows <= cur_n
            then greatest(least_rows, largest_new) end as large_rows
    from category_totals cross join chance_places
),
chance_exponents as ( -- 13. the exponents of the bound
    select chance_tilted.*,
        case when log_all_current > -700 then exp(log_all_current) else 0 end as all_current,
        large_rows * ln((cur_n - (large_rows - 1) / 2) / (ref_n + cur_n - (large_rows - 1) / 2)) as log_as_large,
        case when most_rows > cut / nullif(slope, 0) then 1 else 0 end as stands_apart,
        case when least_rows = most_rows then log_all_current + tilt * slope * least_rows
            when log_all_current is null then null
            when tilt < 1 then (tilt - 1) * slope * least_rows else (tilt - 1) * slope * most_rows end as exponent
    from chance_tilted
),
chance_terms as ( -- 14. what each category adds to it
    select chance_exponents.*,
        case when log_as_large > -700 then exp(log_as_large) else 0 end as as_large,
        case when bound_number = 0 or stands_apart = 1 or exponent is null then 0
            when least_rows = most_rows then case when exponent > -700 then exp(exponent) else 0 end - all_current
            else case when exponent > -700 then exp(exponent) else 0 end
        end as term
    from chance_exponents
),
chance_sums as ( -- 15. the bound at each place
    select chance_terms.*,
        sum(group_size * case when term < 1e-16 then term
            when term < 1e-5 then term - term * term / 2 + term * term * term / 3 else ln(1 + term) end)
            over (partition by feature_number, bound_number) - tilt * slope * unseen as log_bound,
        sum(group_size * case when bound_number = 0 then as_large when stands_apart = 1 then all_current else 0 end)
            over (partition by feature_number, bound_number) as beside
    from chance_terms
),
chance_bounds as ( -- 16. the least of the bounds
    select chance_sums.*,
        min(case
            when bound_number > 0 and cut is null then log_bound
            when bound_number = 0 then ln(greatest(beside, 1e-300))
            when log_bound > 1 then ln(beside + exp(1e0))
            else ln(greatest(beside + case when log_bound > -700 then exp(log_bound) else 0 end, 1e-300))
        end) over (partition by feature_number) + ln(2e0) as log_p
    from chance_sums
),
chance_new as ( -- 17. the p-value of new categories
    select chance_bounds.*,
        case when unseen = 0 or log_p >= 0 then 1 when log_p < -690 then 1e-300 else exp(log_p) end as new_p_value
    from chance_bounds where bound_number = 0
),
category_moves as ( -- 18. the categories that have no bin or no group of their own
    select chance_new.*,
        least(ref_n, cur_n) / nullif(ref_n + cur_n, 0) as fewer_share,
        ref_n - ref_listed as rest_ref, cur_n - unseen - cur_listed as rest_cur,
        all_count - new_count - listed_count as rest_count,
        ref_n - ref_pooled as others_ref, cur_n - cur_pooled as others_cur
    from chance_new
),
category_shares as ( -- 19. shares, and which groups are too small to be one
    select category_moves.*,
        ref_count / nullif(ref_n, 0) as ref_share, cur_count / nullif(cur_n, 0) as cur_share,
        rest_ref / nullif(ref_n, 0) as rest_ref_share, (rest_cur + unseen) / nullif(cur_n, 0) as rest_cur_share,
        unseen / nullif(cur_n, 0) as new_share,
        case when both_rank > 0 and (ref_count + cur_count) * fewer_share < 1 then 1 else 0 end as is_small
    from category_moves
),
category_parts as ( -- 20. what each bin adds to the PSI
    select category_shares.*, min_rows,
        case when ref_rank > 0 then (greatest(cur_share, psi_epsilon) - greatest(ref_share, psi_epsilon))
            * ln(greatest(cur_share, psi_epsilon) / greatest(ref_share, psi_epsilon)) end as part,
        (greatest(rest_cur_share, psi_epsilon, 1e-2) - greatest(rest_ref_share, psi_epsilon, 1e-2))
            * ln(greatest(rest_cur_share, psi_epsilon, 1e-2) / greatest(rest_ref_share, psi_epsilon, 1e-2))
            as others_part
    from category_shares cross join thresholds
),
category_sums as ( -- 21. PSI, total variation, largest change, and the sums of the groups
    select category_parts.*,
        coalesce(sum(part) over (partition by feature_number), 0) + others_part as psi,
        (sum(case when ref_rank > 0 then abs(cur_share - ref_share) else 0 end) over (partition by feature_number)
            + abs(rest_cur_share - rest_ref_share)) / 2 as total_variation,
        greatest(abs(rest_cur_share - rest_ref_share), max(
            case when ref_rank > 0 then abs(cur_share - ref_share) else 0 end
        ) over (partition by feature_number)) as largest_change,
        sum(case when both_rank > 0 and is_small = 0
            then (cur_share - ref_share) * (cur_share - ref_share) / (ref_count + cur_count) else 0 end)
            over (partition by feature_number) as squares,
        sum(case when both_rank > 0 then 1e0 else 0e0 end) over (partition by feature_number) as pooled_count,
        sum(case when both_rank > 0 and is_small = 0 then 1e0 else 0e0 end)
            over (partition by feature_number) as large_count,
        min(case when both_rank > 0 then ref_count + cur_count end) over (partition by feature_number) as rarest_pooled,
        min(case when both_rank > 0 and is_small = 0 then ref_count + cur_count end)
            over (partition by feature_number) as rarest_large,
        sum(case when is_small = 1 then ref_count else 0 end) over (partition by feature_number)
            + others_ref as small_ref,
        sum(case when is_small = 1 then cur_count else 0 end) over (partition by feature_number)
            + others_cur as small_cur
    from category_parts
),
category_groups as ( -- 22. chi-square, and the rows that the rarest group expects
    select category_sums.*,
        ref_n * cur_n * (squares + coalesce((small_cur / nullif(cur_n, 0) - small_ref / nullif(ref_n, 0))
            * (small_cur / nullif(cur_n, 0) - small_ref / nullif(ref_n, 0))
            / nullif(small_ref + small_cur, 0), 0)) as statistic,
        large_count + case when small_ref + small_cur > 0 then 1 else 0 end as group_count,
        pooled_count - case when others_ref + others_cur > 0 then 0 else 1 end as noise_freedom,
        least(coalesce(rarest_large, ref_n + cur_n),
            case when small_ref + small_cur > 0 then small_ref + small_cur else ref_n + cur_n end) * fewer_share
            as expected,
        least(coalesce(rarest_pooled, ref_n + cur_n),
            case when others_ref + others_cur > 0 then others_ref + others_cur else ref_n + cur_n end) * fewer_share
            as expected_of_all
    from category_sums
),
category_tests as ( -- 23. what is known of each feature, beside its categories
    select category_groups.*,
        case when group_count > 1 and expected >= 5 then statistic end as chi_square,
        group_count - 1 as freedom,
        case when group_count = 1 then 1e0 end as known_p,
        case when noise_freedom = 0 then 0 when expected_of_all >= 300
            then (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0)) * (case
            when noise_freedom < 1 then 0
            when noise_freedom = 1 then 3.8414588206941236e0
            when noise_freedom = 2 then 5.9914645471079799e0
            when noise_freedom = 3 then 7.8147279032511774e0
            when noise_freedom = 4 then 9.4877290367811540e0
            when noise_freedom = 5 then 1.1070497693516351e1
            when noise_freedom = 6 then 1.2591587243743977e1
            when noise_freedom = 7 then 1.4067140449340169e1
            when noise_freedom = 8 then 1.5507313055865450e1
            when noise_freedom = 9 then 1.6918977604620448e1
            else noise_freedom * (1 - 2 / (9 * noise_freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * noise_freedom)))
            * (1 - 2 / (9 * noise_freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * noise_freedom)))
            * (1 - 2 / (9 * noise_freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * noise_freedom)))
        end) end as noise,
        singles / nullif(ref_n, 0) as expected_share,
        'too few rows for the closed form of the p-value: the rarest group of categories is expected to be there only '
            || cast(cast(floor(expected) as bigint) as varchar)
            || ' times; at least 5 are needed; `driftql check` draws the p-value by chance there' as psi_reason,
        'values' as unit,
        case when rest_count > 0 then others_part else 0 end as rest_part,
        case when rest_count > 0 then 0 else others_part end as unseen_part,
        cast(null as double precision) as z,
        case when ref_n >= min_rows and cur_n >= min_rows and singles > 9e-1 * ref_n
            then 'its values do not repeat: ' || cast(cast(singles as bigint) as varchar) || ' of '
            || cast(cast(ref_n as bigint) as varchar) || ' reference rows have one of their own' end as too_many
    from category_groups
),
deviates as ( -- 24. whether there are enough rows; the normal deviate behind each chi-square statistic
    select category_tests.*,
        coalesce(too_many, case
            when ref_all = 0 and cur_all = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when ref_all = 0 then 'the reference window holds no rows'
            when cur_all = 0 then 'the current window holds no rows'
            when ref_n < min_rows then 'the reference window has '
            || case when ref_n = 0 then 'no' else 'only ' || cast(cast(ref_n as bigint) as varchar) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar) || ' are needed'
            when cur_n < min_rows then 'the current window has '
            || case when cur_n = 0 then 'no' else 'only ' || cast(cast(cur_n as bigint) as varchar) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as varchar) || ' are needed'
        end) as few_rows,
        coalesce(z, case
            when freedom < 1 then null when freedom <= 30 then sqrt(chi_square)
            when chi_square / freedom < 1e-9 then -37
            else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
        end) as deviate
    from category_tests
),
fractions as ( -- 25. parts of the formulas below
    select deviates.*,
        1 - 1e1 / (abs(deviate) + 5) as r, chi_square as x, freedom as df, freedom - 2 * floor(freedom / 2) as odd,
        case when freedom > 0 then deviate / sqrt(freedom / 2) end as eta,
        case when freedom > 0 then chi_square / freedom - 1 end as mu
    from deviates
),
tails as ( -- 26. the tail of the normal distribution: a polynomial fitted to 13 digits
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

-- 27. the features with their categories
select
    feature,
    cast(ref_n as bigint) as ref_rows,
    cast(cur_n as bigint) as cur_rows,
    cast(ref_all - ref_n as bigint) as ref_missing,
    cast(cur_all - cur_n as bigint) as cur_missing,
    case when few_rows is null then psi end as psi,
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
    end as psi_p_value,
    case when few_rows is null then noise end as psi_noise,
    case when few_rows is null then total_variation end as total_variation,
    case when few_rows is null then largest_change end as largest_change,
    case when few_rows is null then new_share end as new_share,
    case when few_rows is null then expected_share end as expected_share,
    case when few_rows is null then new_p_value end as new_p_value,
    case when few_rows is null then cast(new_count as bigint) end as new_count,
    case
        when few_rows is not null then few_rows
        when known_p is null and chi_square is null then psi_reason
    end as psi_reason,
    few_rows as new_reason,
    cast(rest_ref as bigint) as rest_ref_count,
    cast(rest_cur as bigint) as rest_cur_count,
    cast(rest_count as bigint) as rest_categories,
    rest_part as rest_contribution,
    cast(unseen as bigint) as new_cur_count,
    unseen_part as new_contribution,
    category,
    cast(ref_count as bigint) as ref_count,
    cast(cur_count as bigint) as cur_count,
    cast(nullif(ref_rank, 0) as bigint) as bin,
    part as contribution,
    cast(nullif(new_rank, 0) as bigint) as new_rank,
    cast(nullif(gone_rank, 0) as bigint) as gone_rank
from tails
where ref_rank + new_rank + gone_rank > 0 or place_in_feature = 1
order by feature_number, ref_rank, new_rank, gone_rank

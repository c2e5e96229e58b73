with
thresholds as ( -- 1. the thresholds
    select
        cast(0.2e0 as double) as psi, -- alert: PSI above this
        cast(0.05e0 as double) as ks, -- alert: KS distance of at least this
        cast(0.1e0 as double) as reject_rate_increase, -- alert: share of rejected rows risen by this
        cast(2.0e0 as double) as entropy_ratio, -- alert: mean entropy above this many times the old one
        cast(0.1e0 as double) as entropy_increase, -- or moved by this share of ln(classes)
        cast(0.15e0 as double) as class_shift, -- alert: share of a class moved by more than this
        cast(0.15e0 as double) as category_shift, -- alert: this share of the rows changed category
        cast(0.01e0 as double) as new_category, -- alert: share of rows in new categories above this
        cast(0.05e0 as double) as missing_increase, -- alert: share of missing values risen by this
        cast(0.05e0 as double) as alpha, -- evidence: the share of false alerts that is accepted
        cast(10 as double) as min_rows, -- fewer rows than this are too few
        cast(0.0001e0 as double) as psi_epsilon, -- a smaller share of a bin counts as this
        cast('Mixed/Unknown' as string) as reject_label -- the label of rejected rows
),
category_names as ( -- 2. the names of the features with categories
    select 1 as feature_number, cast('schema_version' as string) as feature
),
features as ( -- 3. the names of the features
    select 1 as place, cast('order' as string) as feature union all
    select 2 as place, cast('Amount' as string) as feature union all
    select 3 as place, cast('is_new' as string) as feature
),
window_rows as ( -- 4. the features of both windows as numbers
    select 0 as is_current,
        cast(`order` as double) as value_1,
        cast(`Amount` as double) as value_2,
        cast(cast(`is_new` as integer) as double) as value_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current,
        cast(`order` as double) as value_1,
        cast(`Amount` as double) as value_2,
        cast(cast(`is_new` as integer) as double) as value_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
),
window_values as ( -- 5. every finite value, and which window it is from
    select place + 1 as feature, value, count(*) - sum(is_current) as ref_rows, sum(is_current) as cur_rows
    from (
        select is_current, posexplode(array(
            case when (abs(value_1) < cast('Infinity' as double)) then value_1 end,
            case when (value_2 is not null) then value_2 end,
            case when (value_3 is not null) then value_3 end
        )) as (place, value)
        from window_rows
    ) as entries
    where value is not null
    group by place, value
),
distinct_values as ( -- 6. one row per different value
    select feature, value,
        cast(sum(ref_rows) as double) as ref_rows, cast(sum(cur_rows) as double) as cur_rows
    from window_values
    group by feature, value
),
running_totals as ( -- 7. how many values of each window are at or below it, and how many there are
    select distinct_values.*,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
gaps as ( -- 8. the distance of the two distribution functions at each value
    select running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap,
        max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0))) over (partition by feature) as ks
    from running_totals
),
near_values as ( -- 9. the values with the largest distance, and those next to the quantiles
    select * from gaps
    where gap = ks or ref_total + cur_total = ref_n + cur_n
        or floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 4)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 4)
),
quantiles as ( -- 10. where each bin ends, as a share of the reference
    select 0 as bin, cast(0 as double) as fraction union all
    select 1, 0.25e0 union all select 2, 0.5e0 union all select 3, 0.75e0 union all select 4, 1
),
neighbours as ( -- 11. the reference values low and high around each quantile, weight of the way apart
    select near_values.*, bin,
        (nullif(ref_n, 0) - 1) * fraction - floor((ref_n - 1) * fraction) as weight,
        min(case when ref_total > floor((ref_n - 1) * fraction) then value end)
            over (partition by feature, bin) as low,
        min(case when ref_total > floor((ref_n - 1) * fraction) + 1 or ref_total = ref_n then value end)
            over (partition by feature, bin) as high
    from near_values cross join quantiles
),
edges as ( -- 12. the quantiles, interpolated in numpy's order of operations
    select neighbours.*,
        case
            when weight = 0 then low when weight < 0.5 then low + (high - low) * weight
            when weight >= 0.5 then high - (high - low) * (1 - weight)
        end as edge
    from neighbours
),
spans as ( -- 13. whether one value holds all quantiles
    select edges.*, min(edge) over (partition by feature) as ref_minimum,
        max(edge) over (partition by feature) as ref_maximum,
        max(case when bin = 3 then edge end) over (partition by feature) as last_edge
    from edges
),
bin_ends as ( -- 14. the end of each bin (just above such a value), and how many values are below it
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
bins as ( -- 15. one row per feature and bin; equal quantiles leave bins without rows
    select bin_ends.*, lag(upper) over (partition by feature order by bin) as lower,
        ref_below - coalesce(lag(ref_below) over (partition by feature order by bin), 0) as ref_rows,
        cur_below - coalesce(lag(cur_below) over (partition by feature order by bin), 0) as cur_rows
    from bin_ends
),
shares as ( -- 16. the share of each bin, none below psi_epsilon
    select bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins cross join thresholds
),
present_rows as ( -- 17. how many rows each window has, and how many of them hold a value
    select count(case is_current when 0 then 1 end) as ref_all, count(case is_current when 1 then 1 end) as cur_all,
        count(case is_current when 0 then value_1 end) as ref_1,
        count(case is_current when 1 then value_1 end) as cur_1,
        count(case is_current when 0 then value_2 end) as ref_2,
        count(case is_current when 1 then value_2 end) as cur_2,
        count(case is_current when 0 then value_3 end) as ref_3,
        count(case is_current when 1 then value_3 end) as cur_3
    from window_rows
),
presence as ( -- 18. the same per feature
    select place, feature, ref_all, cur_all,
        case place when 1 then ref_1 when 2 then ref_2 when 3 then ref_3 end as ref_present,
        case place when 1 then cur_1 when 2 then cur_2 when 3 then cur_3 end as cur_present
    from features cross join present_rows
),
statistics as ( -- 19. PSI and KS of each feature
    select
        feature, max(ref_n) as ref_n, max(cur_n) as cur_n, max(ks) as ks, min(ks_value) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        sum((cur_share - ref_share) * ln(cur_share / ref_share)) as psi,
        cast(count(*) - 1 as double) as freedom, min(ref_rows) as smallest_bin,
        sum(case when ref_rows > 0 then ref_n / ref_rows - 1 else 0 end) as odds
    from shares where ref_rows + cur_rows > 0 group by feature
),
sizes as ( -- 20. the same for the features without a finite value, too, with the size of both samples
    select
        place, presence.feature as feature, ref_all, cur_all, ref_present, cur_present,
        coalesce(ref_n, 0) as ref_n, coalesce(cur_n, 0) as cur_n,
        nullif(case when cur_n < ref_n then cur_n else ref_n end, 0) as fewer,
        case when cur_n < ref_n then ref_n else cur_n end as more,
        case when ref_n > 10000 or cur_n > 10000 then floor(ref_n / nullif(ref_n + cur_n, 0) * cur_n + 5e-1)
            else ref_n / nullif(ref_n + cur_n, 0) * cur_n end as ks_size,
        ref_minimum, ref_maximum, statistics.ks as ks, ks_value, freedom, odds,
        case when ref_minimum < ref_maximum then statistics.psi when statistics.ks = 0 then 0 end as psi,
        case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end as expected,
        'finite values' as unit, min_rows
    from presence left join statistics on presence.place = statistics.feature cross join thresholds
),
noise as ( -- 21. how both statistics spread without drift
    select sizes.*,
        (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0))
            * case when expected >= 300 then 1 else 1 + odds / nullif(2 * cur_n * freedom, 0) end as spread,
        case
            when more > 10000 then 1 / 6e0
            else (more + 2 * fewer) / (6 * (fewer + more)) - case
            when (more - fewer * floor(more / fewer)) = 0 then fewer
            when fewer - (more - fewer * floor(more / fewer)) * floor(fewer
            / nullif((more - fewer * floor(more / fewer)), 0)) = 0 then (more - fewer * floor(more / fewer)) else 0
            end / (2 * (fewer + more))
        end as ks_shift,
        sqrt(nullif(ks_size, 0)) * ks as ks_scaled
    from sizes
),
feature_tests as ( -- 22. the statistics by that scale; KS with the correction for its number of rows
    select noise.*,
        case when ref_minimum < ref_maximum and expected >= 30 then psi / spread end as chi_square,
        case
            when psi is null then 'every reference value is ' || case
            when ref_minimum = floor(ref_minimum) and abs(ref_minimum) < 1e6
            then cast(cast(ref_minimum as bigint) as string)
            else cast(ref_minimum as string) end || ', so there are no quantile bins'
            when ref_minimum < ref_maximum and expected < 30
            then 'too few rows for the closed form of the p-value: a bin expects only '
            || cast(cast(floor(expected) as bigint) as string) || '; at least 30 are needed'
        end as psi_reason,
        ks_scaled + ks_shift / sqrt(nullif(ks_size, 0)) + case
            when more > 10000 then (ks_scaled * ks_scaled * ks_scaled - ks_scaled) / 9
            else (1 - fewer / (fewer + more) * more / (fewer + more)) / 9
            * (ks_scaled * ks_scaled * ks_scaled - (1 + 2 * fewer / (fewer + more) * more / (fewer + more)) * ks_scaled)
        end / nullif(ks_size, 0) as ks_z
    from noise
),
categories as ( -- 23. the categories of each feature and their rows in both windows
    select
        element_at(array(1), place + 1) as feature,
        category,
        count(case when is_current = 0 then 1 end) as ref_rows,
        count(case when is_current = 1 then 1 end) as cur_rows
    from (
        select posexplode(array(
            (cast(`schema_version` as string) collate utf8_binary)
        )) as (place, category), 0 as is_current
        from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
        union all
        select posexplode(array(
            (cast(`schema_version` as string) collate utf8_binary)
        )) as (place, category), 1 as is_current
        from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as both_windows
    where category is not null
    group by place, category
),
ranked_categories as ( -- 24. the places of those that are named
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
shown_categories as ( -- 25. the others have no name, but a range of frequencies
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
counted_categories as ( -- 26. a row per category that is named, and per range of the others
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
category_windows as ( -- 27. how many rows each window has
    select cast(sum(ref_rows) as double) as ref_all, cast(sum(cur_rows) as double) as cur_all
    from (
        select count(*) as ref_rows, 0 as cur_rows from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
        union all
        select 0 as ref_rows, count(*) as cur_rows from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as window_sizes
),
rows_of_categories as ( -- 28. what was counted, and the features of which nothing was
    select
        names.feature_number as feature_number, names.feature as feature, ref_all, cur_all, category,
        cast(coalesce(counted.ref_rows, 0) as double) as ref_count,
        cast(coalesce(counted.cur_rows, 0) as double) as cur_count,
        cast(coalesce(counted.ref_rank, 0) as double) as ref_rank,
        cast(coalesce(counted.both_rank, 0) as double) as both_rank,
        cast(coalesce(counted.new_rank, 0) as double) as new_rank,
        cast(coalesce(counted.gone_rank, 0) as double) as gone_rank,
        cast(coalesce(counted.unseen_categories, 0) as double) as unseen_categories,
        cast(coalesce(counted.unseen_rows, 0) as double) as unseen_rows,
        cast(coalesce(counted.ref_singles, 0) as double) as ref_singles,
        cast(coalesce(least_rows, 1) as double) as least_rows,
        cast(coalesce(most_rows, 1) as double) as most_rows,
        cast(coalesce(counted.categories, 0) as double) as group_size,
        row_number() over (
            partition by names.feature_number order by both_rank, ref_rank, new_rank, gone_rank, frequency
        ) as place_in_feature
    from category_names as names
    cross join category_windows
    left join counted_categories as counted on counted.feature = names.feature_number
),
category_totals as ( -- 29. beside it, the sums of each feature
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
chance_digits as ( -- 30. numbers
    select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
),
chance_places as ( -- 31. where the bound of Chernoff is tried
    select
        bound_number, cast(case bound_number
            when 1 then 2e-3 when 2 then 5e-3 when 3 then 1e-2 when 4 then 2e-2 when 5 then 3.5e-2
            when 6 then 5e-2 when 7 then 7.5e-2 when 8 then 1e-1 when 9 then 1.5e-1 when 10 then 2e-1
            when 11 then 3e-1 when 12 then 4e-1 when 13 then 5e-1 when 14 then 6e-1 when 15 then 7e-1
            when 16 then 8e-1 when 17 then 9e-1 when 18 then 9.5e-1 when 19 then 1.5e0 when 20 then 2.5e0
            when 21 then 4e0 when 22 then 1.5e0 when 23 then 2.5e0 when 24 then 4e0
            else 0e0 end as double) as tilt,
        case when bound_number > 21 then cast(3e1 as double)
            when bound_number > 18 then cast(1e1 as double) end as cut
    from (
        select 5 * fives.digit + ones.digit as bound_number
        from chance_digits as fives cross join chance_digits as ones
    ) as bound_numbers
),
chance_tilted as ( -- 32. how probable it is that all rows of a category are current
    select category_totals.*, bound_number, tilt, cut,
        -ln(nullif(cur_n, 0) / (ref_n + cur_n)) as slope,
        case when least_rows <= cur_n then least_rows
            * ln((cur_n - (least_rows - 1) / 2) / (ref_n + cur_n - (least_rows - 1) / 2)) end as log_all_current,
        case when largest_new > 0 and most_rows >= largest_new and least_rows <= cur_n
            then greatest(least_rows, largest_new) end as large_rows
    from category_totals cross join chance_places
),
chance_exponents as ( -- 33. the exponents of the bound
    select chance_tilted.*,
        case when log_all_current > -700 then exp(log_all_current) else 0 end as all_current,
        large_rows * ln((cur_n - (large_rows - 1) / 2) / (ref_n + cur_n - (large_rows - 1) / 2)) as log_as_large,
        case when most_rows > cut / nullif(slope, 0) then 1 else 0 end as stands_apart,
        case when least_rows = most_rows then log_all_current + tilt * slope * least_rows
            when log_all_current is null then null
            when tilt < 1 then (tilt - 1) * slope * least_rows else (tilt - 1) * slope * most_rows end as exponent
    from chance_tilted
),
chance_terms as ( -- 34. what each category adds to it
    select chance_exponents.*,
        case when log_as_large > -700 then exp(log_as_large) else 0 end as as_large,
        case when bound_number = 0 or stands_apart = 1 or exponent is null then 0
            when least_rows = most_rows then case when exponent > -700 then exp(exponent) else 0 end - all_current
            else case when exponent > -700 then exp(exponent) else 0 end
        end as term
    from chance_exponents
),
chance_sums as ( -- 35. the bound at each place
    select chance_terms.*,
        sum(group_size * case when term < 1e-16 then term
            when term < 1e-5 then term - term * term / 2 + term * term * term / 3 else ln(1 + term) end)
            over (partition by feature_number, bound_number) - tilt * slope * unseen as log_bound,
        sum(group_size * case when bound_number = 0 then as_large when stands_apart = 1 then all_current else 0 end)
            over (partition by feature_number, bound_number) as beside
    from chance_terms
),
chance_bounds as ( -- 36. the least of the bounds
    select chance_sums.*,
        min(case
            when bound_number > 0 and cut is null then log_bound
            when bound_number = 0 then ln(greatest(beside, 1e-300))
            when log_bound > 1 then ln(beside + exp(1e0))
            else ln(greatest(beside + case when log_bound > -700 then exp(log_bound) else 0 end, 1e-300))
        end) over (partition by feature_number) + ln(2e0) as log_p
    from chance_sums
),
chance_new as ( -- 37. the p-value of new categories
    select chance_bounds.*,
        case when unseen = 0 or log_p >= 0 then 1 when log_p < -690 then 1e-300 else exp(log_p) end as new_p_value
    from chance_bounds where bound_number = 0
),
category_moves as ( -- 38. the categories that have no bin or no group of their own
    select chance_new.*,
        least(ref_n, cur_n) / nullif(ref_n + cur_n, 0) as fewer_share,
        ref_n - ref_listed as rest_ref, cur_n - unseen - cur_listed as rest_cur,
        all_count - new_count - listed_count as rest_count,
        ref_n - ref_pooled as others_ref, cur_n - cur_pooled as others_cur
    from chance_new
),
category_shares as ( -- 39. shares, and which groups are too small to be one
    select category_moves.*,
        ref_count / nullif(ref_n, 0) as ref_share, cur_count / nullif(cur_n, 0) as cur_share,
        rest_ref / nullif(ref_n, 0) as rest_ref_share, (rest_cur + unseen) / nullif(cur_n, 0) as rest_cur_share,
        unseen / nullif(cur_n, 0) as new_share,
        case when both_rank > 0 and (ref_count + cur_count) * fewer_share < 1 then 1 else 0 end as is_small
    from category_moves
),
category_parts as ( -- 40. what each bin adds to the PSI
    select category_shares.*, min_rows,
        case when ref_rank > 0 then (greatest(cur_share, psi_epsilon) - greatest(ref_share, psi_epsilon))
            * ln(greatest(cur_share, psi_epsilon) / greatest(ref_share, psi_epsilon)) end as part,
        (greatest(rest_cur_share, psi_epsilon, 1e-2) - greatest(rest_ref_share, psi_epsilon, 1e-2))
            * ln(greatest(rest_cur_share, psi_epsilon, 1e-2) / greatest(rest_ref_share, psi_epsilon, 1e-2))
            as others_part
    from category_shares cross join thresholds
),
category_sums as ( -- 41. PSI, total variation, largest change, and the sums of the groups
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
category_groups as ( -- 42. chi-square, and the rows that the rarest group expects
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
category_tests as ( -- 43. what is known of each feature, beside its categories
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
            || cast(cast(floor(expected) as bigint) as string)
            || ' times; at least 5 are needed; `driftql check` draws the p-value by chance there' as psi_reason,
        'values' as unit,
        case when rest_count > 0 then others_part else 0 end as rest_part,
        case when rest_count > 0 then 0 else others_part end as unseen_part,
        cast(null as double) as z,
        case when ref_n >= min_rows and cur_n >= min_rows and singles > 9e-1 * ref_n
            then 'its values do not repeat: ' || cast(cast(singles as bigint) as string) || ' of '
            || cast(cast(ref_n as bigint) as string) || ' reference rows have one of their own' end as too_many
    from category_groups
),
labeled_rows as ( -- 44. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast(`predicted_label` as string) as label,
        cast(`p_a` as double) as p_1,
        cast(`p_b` as double) as p_2,
        cast(`p_unknown` as double) as p_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current, cast(`predicted_label` as string) as label,
        cast(`p_a` as double) as p_1,
        cast(`p_b` as double) as p_2,
        cast(`p_unknown` as double) as p_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
),
scored as ( -- 45. every row's entropy
    select is_current, label,
        case when (abs((p_1 + p_2 + p_3)) < cast('Infinity' as double)) then - (
            case when p_1 > 1e-08 then p_1 * ln(p_1) else 1e-08 * ln(1e-08) end
            + case when p_2 > 1e-08 then p_2 * ln(p_2) else 1e-08 * ln(1e-08) end
            + case when p_3 > 1e-08 then p_3 * ln(p_3) else 1e-08 * ln(1e-08) end
        ) end as entropy, 3 as class_count
    from labeled_rows
),
labels as ( -- 46. one row per label
    select
        label, cast(max(class_count) as double) as class_count,
        cast(count(case when is_current = 0 then 1 end) as double) as ref_rows,
        cast(count(case when is_current = 0 then entropy end) as double) as ref_scored,
        avg(case when is_current = 0 then entropy end) as ref_mean,
        var_samp(case when is_current = 0 then entropy end) as ref_variance,
        cast(count(case when is_current = 1 then 1 end) as double) as cur_rows,
        cast(count(case when is_current = 1 then entropy end) as double) as cur_scored,
        avg(case when is_current = 1 then entropy end) as cur_mean,
        var_samp(case when is_current = 1 then entropy end) as cur_variance
    from scored group by label limit 2001
),
label_totals as ( -- 47. beside each label, the totals of its window
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
chance_of_labels_digits as ( -- 48. numbers
    select 0 as digit union all select 1 union all select 2 union all select 3 union all select 4
),
chance_of_labels_places as ( -- 49. where the bound of Chernoff is tried
    select
        bound_number, cast(case bound_number
            when 1 then 2e-3 when 2 then 5e-3 when 3 then 1e-2 when 4 then 2e-2 when 5 then 3.5e-2
            when 6 then 5e-2 when 7 then 7.5e-2 when 8 then 1e-1 when 9 then 1.5e-1 when 10 then 2e-1
            when 11 then 3e-1 when 12 then 4e-1 when 13 then 5e-1 when 14 then 6e-1 when 15 then 7e-1
            when 16 then 8e-1 when 17 then 9e-1 when 18 then 9.5e-1 when 19 then 1.5e0 when 20 then 2.5e0
            when 21 then 4e0 when 22 then 1.5e0 when 23 then 2.5e0 when 24 then 4e0
            else 0e0 end as double) as tilt,
        case when bound_number > 21 then cast(3e1 as double)
            when bound_number > 18 then cast(1e1 as double) end as cut
    from (
        select 5 * fives.digit + ones.digit as bound_number
        from chance_of_labels_digits as fives cross join chance_of_labels_digits as ones
    ) as bound_numbers
),
chance_of_labels_tilted as ( -- 50. how probable it is that all rows of a category are current
    select label_totals.*, bound_number, tilt, cut,
        -ln(nullif(cur_n, 0) / (ref_n + cur_n)) as slope,
        case when least_rows <= cur_n then least_rows
            * ln((cur_n - (least_rows - 1) / 2) / (ref_n + cur_n - (least_rows - 1) / 2)) end as log_all_current,
        case when largest_new > 0 and most_rows >= largest_new and least_rows <= cur_n
            then greatest(least_rows, largest_new) end as large_rows
    from label_totals cross join chance_of_labels_places
),
chance_of_labels_exponents as ( -- 51. the exponents of the bound
    select chance_of_labels_tilted.*,
        case when log_all_current > -700 then exp(log_all_current) else 0 end as all_current,
        large_rows * ln((cur_n - (large_rows - 1) / 2) / (ref_n + cur_n - (large_rows - 1) / 2)) as log_as_large,
        case when most_rows > cut / nullif(slope, 0) then 1 else 0 end as stands_apart,
        case when least_rows = most_rows then log_all_current + tilt * slope * least_rows
            when log_all_current is null then null
            when tilt < 1 then (tilt - 1) * slope * least_rows else (tilt - 1) * slope * most_rows end as exponent
    from chance_of_labels_tilted
),
chance_of_labels_terms as ( -- 52. what each category adds to it
    select chance_of_labels_exponents.*,
        case when log_as_large > -700 then exp(log_as_large) else 0 end as as_large,
        case when bound_number = 0 or stands_apart = 1 or exponent is null then 0
            when least_rows = most_rows then case when exponent > -700 then exp(exponent) else 0 end - all_current
            else case when exponent > -700 then exp(exponent) else 0 end
        end as term
    from chance_of_labels_exponents
),
chance_of_labels_sums as ( -- 53. the bound at each place
    select chance_of_labels_terms.*,
        sum(group_size * case when term < 1e-16 then term
            when term < 1e-5 then term - term * term / 2 + term * term * term / 3 else ln(1 + term) end)
            over (partition by feature_number, bound_number) - tilt * slope * unseen as log_bound,
        sum(group_size * case when bound_number = 0 then as_large when stands_apart = 1 then all_current else 0 end)
            over (partition by feature_number, bound_number) as beside
    from chance_of_labels_terms
),
chance_of_labels_bounds as ( -- 54. the least of the bounds
    select chance_of_labels_sums.*,
        min(case
            when bound_number > 0 and cut is null then log_bound
            when bound_number = 0 then ln(greatest(beside, 1e-300))
            when log_bound > 1 then ln(beside + exp(1e0))
            else ln(greatest(beside + case when log_bound > -700 then exp(log_bound) else 0 end, 1e-300))
        end) over (partition by feature_number) + ln(2e0) as log_p
    from chance_of_labels_sums
),
chance_of_labels_new as ( -- 55. the p-value of new categories
    select chance_of_labels_bounds.*,
        case when unseen = 0 or log_p >= 0 then 1 when log_p < -690 then 1e-300 else exp(log_p) end as new_p_value
    from chance_of_labels_bounds where bound_number = 0
),
label_shares as ( -- 56. the share of each class
    select chance_of_labels_new.*,
        case when label is not null and ref_rows = 0 then cur_rows else 0 end as new_rows,
        ref_mean - ref_entropy as ref_off, cur_mean - cur_entropy as cur_off,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share
    from chance_of_labels_new
),
label_sums as ( -- 57. one row for everything, with the mean and the variance of the entropy of each window
    select
        count(label) as classes, max(class_count) as class_count,
        coalesce(sum(case when ref_rows > 0 then 1 else 0 end + case when cur_rows > 0 then 1 else 0 end), 0) as counts,
        min(case when label is not null then ref_rows + cur_rows end) as rarest,
        max(abs(cur_share - ref_share)) as largest_shift,
        sum((cur_share - ref_share) * (cur_share - ref_share) / nullif(ref_rows + cur_rows, 0)) as squares,
        max(unseen) as unseen, max(new_p_value) as new_p_value, max(singles) as singles,
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
    from label_shares cross join thresholds
),
label_errors as ( -- 58. rates, and the squared standard errors of the mean entropies
    select label_sums.*,
        ref_hits / nullif(ref_labeled, 0) as ref_rate, cur_hits / nullif(cur_labeled, 0) as cur_rate,
        ref_hits + cur_hits as hits, ref_labeled + cur_labeled as labeled,
        (ref_hits + cur_hits) / nullif(ref_labeled + cur_labeled, 0) as rate,
        case when cur_labeled < ref_labeled then cur_labeled else ref_labeled end as fewer_labeled,
        ref_variance / nullif(ref_n, 0) as ref_error, cur_variance / nullif(cur_n, 0) as cur_error
    from label_sums
),
label_statistics as ( -- 59. the z statistic of two proportions, and the t statistic of Welch
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
label_parts as ( -- 60. from t to a normal deviate, by Hill: two parts of the formula
    select label_statistics.*,
        case when abs(t) < 1e100 then t * t / t_freedom end as u,
        48 * (t_freedom - 5e-1) * (t_freedom - 5e-1) as b
    from label_statistics
),
label_roots as ( -- 61. its first step
    select label_parts.*,
        abs(case when u is null then sign(t) * 1e3 else sign(t) * sqrt((t_freedom - 5e-1) * case
            when u < 1e-3 then u * (1 - u * (5e-1 - u * (1 / 3e0 - u * (2.5e-1 - u / 5))))
            else ln(1 + u)
        end) end) as root
    from label_parts
),
label_tests as ( -- 62. one row per check
    select
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
        cast(classes - 1 as double) as freedom,
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
            || cast(cast(floor(expected_hits) as bigint) as string) || '; at least 5 are needed'
            when 'entropy_spike' then 'fewer than 5 degrees of freedom'
            else 'the rarest class is expected to be there only '
            || cast(cast(floor(expected_class) as bigint) as string) || ' times; at least 5 are needed'
        end end as no_p_reason
    from label_roots cross join (
        select 1 as place, cast('reject_rate_increase' as string) as check_name union all
        select 2 as place, cast('entropy_spike' as string) as check_name union all
        select 3 as place, cast('class_shift' as string) as check_name union all
        select 4 as place, cast('new_category' as string) as check_name
    ) as label_checks cross join thresholds
    where check_name <> 'new_category'
        or unseen > 0 and counts <= 2000 and ref_labeled >= min_rows and cur_labeled >= min_rows
),
tests as ( -- 63. all checks together
    select
        check_name, feature, unit, min_rows, ref_n, cur_n, freedom,
        cast(ref_all as double) as ref_all, cast(cur_all as double) as cur_all,
        case when check_name = 'feature_psi' then psi else ks end as effect,
        case check_name when 'feature_psi' then chi_square end as chi_square,
        case check_name when 'feature_ks' then ks_z end as ks_z,
        cast(null as double) as z, 1 as sides,
        case when check_name = 'feature_psi' and ref_minimum = ref_maximum and psi = 0
            then cast(1 as double) end as known_p,
        cast(null as double) as entropy_change, cast(null as string) as too_many,
        psi_reason as no_p_reason, cast(null as double) as total_variation
    from feature_tests
    cross join (select cast('feature_psi' as string) as check_name
        union all select cast('feature_ks' as string) as check_name) as feature_checks
    union all
    select
        check_name, feature, unit, min_rows, ref_n, cur_n, freedom, ref_all, cur_all,
        case when check_name = 'feature_psi' then psi else new_share end as effect,
        case check_name when 'feature_psi' then chi_square end as chi_square,
        cast(null as double) as ks_z, cast(null as double) as z, 1 as sides,
        case when check_name = 'feature_psi' then known_p else new_p_value end as known_p,
        cast(null as double) as entropy_change, too_many, psi_reason as no_p_reason,
        case check_name when 'feature_psi' then total_variation end as total_variation
    from category_tests
    cross join (select cast('feature_psi' as string) as check_name
        union all select cast('new_category' as string) as check_name) as category_checks
    where place_in_feature = 1
    union all
    select
        check_name, cast(null as string) as feature, unit, min_rows, ref_n, cur_n, freedom,
        ref_all, cur_all, effect, chi_square, cast(null as double) as ks_z, z, sides, known_p, entropy_change,
        too_many, no_p_reason, cast(null as double) as total_variation
    from label_tests
),
deviates as ( -- 64. whether there are enough rows; the normal deviate behind each chi-square statistic
    select tests.*,
        coalesce(too_many, case
            when ref_all = 0 and cur_all = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when ref_all = 0 then 'the reference window holds no rows'
            when cur_all = 0 then 'the current window holds no rows'
            when ref_n < min_rows then 'the reference window has '
            || case when ref_n = 0 then 'no' else 'only ' || cast(cast(ref_n as bigint) as string) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as string) || ' are needed'
            when cur_n < min_rows then 'the current window has '
            || case when cur_n = 0 then 'no' else 'only ' || cast(cast(cur_n as bigint) as string) end
            || ' ' || unit || '; at least ' || cast(cast(min_rows as bigint) as string) || ' are needed'
        end) as few_rows,
        coalesce(z, case
            when freedom < 1 then null when freedom <= 30 then sqrt(chi_square)
            when chi_square / freedom < 1e-9 then -37
            else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
        end) as deviate
    from tests
),
fractions as ( -- 65. parts of the formulas below
    select deviates.*,
        1 - 1e1 / (abs(deviate) + 5) as r, chi_square as x, freedom as df, freedom - 2 * floor(freedom / 2) as odd,
        case when freedom > 0 then deviate / sqrt(freedom / 2) end as eta,
        case when freedom > 0 then chi_square / freedom - 1 end as mu
    from deviates
),
tails as ( -- 66. the tail of the normal distribution: a polynomial fitted to 13 digits
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
),
results as ( -- 67. what is known of each check, and of the rows that it leaves out
    select
        case when is_about_rows = 1 then 'rows_left_out' else tails.check_name end as check_name,
        feature, case when few_rows is null and is_about_rows = 0 then effect end as effect,
        case
            when few_rows is not null or is_about_rows = 1 then null when known_p is not null then known_p
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
            when ks_z is not null then case
            when ks_z < 2e-1 then 1 when ks_z > 18 then 0 when ks_z > 3 then 2 * exp(-2 * ks_z * ks_z)
            when ks_z < 8e-1 then 1 - 2.5066282746310002e0 / ks_z
            * (exp(-1.2337005501361697e0 / (ks_z * ks_z)) + exp(-1.1103304951225528e1 / (ks_z * ks_z)))
            else 2 * (exp(-2 * ks_z * ks_z) - exp(-8 * ks_z * ks_z) + exp(-18 * ks_z * ks_z)
            - exp(-32 * ks_z * ks_z) + exp(-50 * ks_z * ks_z))
        end
            else sides * tail
        end as p_value,
        case
            when few_rows is not null then few_rows
            when is_about_rows = 1
            then 'the reference window has ' || cast(cast(ref_n as bigint) as string)
            || ' ' || unit || ' in ' || cast(cast(ref_all as bigint) as string)
            || ' rows, the current window ' || cast(cast(cur_n as bigint) as string) || ' in '
            || cast(cast(cur_all as bigint) as string)
            when known_p is null and chi_square is null and ks_z is null and z is null then no_p_reason
        end as reason,
        case when few_rows is null and is_about_rows = 0 then entropy_change end as entropy_change,
        case when few_rows is null and is_about_rows = 0 then total_variation end as total_variation
    from tails
    cross join (select 0 as is_about_rows union all select 1 as is_about_rows) as kinds
    where is_about_rows = 0
        or few_rows is null and 1 = case
            when tails.check_name = 'entropy_spike' then case when ref_n < ref_all or cur_n < cur_all then 1 else 0 end
            when tails.check_name = 'class_shift' and (2 * ref_n <= ref_all or 2 * cur_n <= cur_all) then 1
            when tails.check_name in ('class_shift', 'feature_psi')
            and ref_n / nullif(ref_all, 0) - cur_n / nullif(cur_all, 0) >= 1e-1 then 1 else 0
        end
),
ranked as ( -- 68. the checks with their thresholds, and the p-values by rank
    select
        check_name, feature, effect, p_value, reason, entropy_change, total_variation,
        alpha, entropy_increase, category_shift,
        case check_name when 'feature_psi' then thresholds.psi when 'feature_ks' then thresholds.ks
            when 'reject_rate_increase' then reject_rate_increase when 'entropy_spike' then entropy_ratio
            when 'class_shift' then class_shift when 'new_category' then thresholds.new_category
            when 'missing_increase' then missing_increase end as threshold,
        count(p_value) over () as p_values,
        row_number() over (order by coalesce(p_value, 2), check_name, feature) as p_rank
    from results as checks cross join thresholds
),
weighed as ( -- 69. the cut-off for all p-values (Benjamini and Hochberg 1995)
    select ranked.*,
        alpha * max(case when p_value <= alpha * p_rank / nullif(p_values, 0) then p_rank else 1 end) over ()
            / case when p_values > 0 then p_values else 1 end as evidence_cutoff
    from ranked
),
judged as ( -- 70. an alert needs an effect beyond its threshold, and evidence: 1, 0, or NULL for not computed
    select weighed.*,
        case
            when check_name in ('columns_left_out', 'rows_left_out') then 0 when effect is null then null
            when check_name = 'schema_change' then 1
            when check_name in ('feature_ks', 'reject_rate_increase', 'missing_increase') and effect < threshold then 0
            when check_name = 'missing_increase' and effect <= 0 then 0
            when check_name in ('class_shift', 'new_category') and effect <= threshold then 0
            when check_name = 'feature_psi' and effect <= threshold
            and coalesce(total_variation, -1) <= category_shift then 0
            when check_name = 'entropy_spike' and effect <= threshold
            and coalesce(abs(entropy_change), -1) < entropy_increase then 0
            when p_value <= evidence_cutoff then 1 when p_value is not null then 0
        end as alerts
    from weighed
),
flags as ( -- 71. a feature alerts once, by its PSI where that does
    select judged.*,
        case when check_name = 'feature_ks'
            and max(case when check_name = 'feature_psi' then alerts end) over (partition by feature) = 1 then 0
            else alerts end as flag
    from judged
)

-- 72. the verdict
select
    check_name, feature, effect, threshold, p_value, evidence_cutoff,
    case when flag is not null then flag = 1 end as is_flagged,
    case
        when flag = 1 and check_name = 'feature_psi'
        and (effect > 2 * threshold or total_variation > 2 * category_shift) then 'critical'
        when flag = 1 and check_name = 'new_category' and effect > category_shift and effect > threshold then 'critical'
        when flag = 1 and check_name = 'reject_rate_increase' then 'critical'
        when flag = 1 and check_name = 'missing_increase' and effect >= 5e-1 then 'critical'
        when flag = 1 and check_name = 'schema_change' and effect > 0 then 'critical'
        when flag = 1 then 'warning'
    end as severity,
    case when flag is null or effect is null or check_name in ('missing_increase', 'schema_change')
        or (check_name = 'reject_rate_increase' and effect = 0 and p_value is null) then reason end as reason,
    entropy_change, total_variation
from flags
order by
    case when check_name in ('columns_left_out', 'rows_left_out') then 1 else 0 end, check_name, coalesce(feature, '')

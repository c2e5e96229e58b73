with
thresholds as ( -- 1. the thresholds
    select
        cast(10 as double precision) as min_rows, -- fewer rows than this are too few
        cast(0.0001e0 as double precision) as psi_epsilon -- a smaller share of a bin counts as this
),
features as ( -- 2. the names of the features
    select 1 as place, cast('order' as varchar(65535)) as feature union all
    select 2 as place, cast('Amount' as varchar(65535)) as feature union all
    select 3 as place, cast('is_new' as varchar(65535)) as feature
),
window_rows as ( -- 3. the features of both windows as numbers
    select 0 as is_current,
        cast("order" as double precision) as value_1,
        cast("Amount" as double precision) as value_2,
        cast(cast("is_new" as integer) as double precision) as value_3
    from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current,
        cast("order" as double precision) as value_1,
        cast("Amount" as double precision) as value_2,
        cast(cast("is_new" as integer) as double precision) as value_3
    from (
        select "order", "Amount", "is_new", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
),
window_values as ( -- 4. every finite value, and which window it is from
    select 1 as feature, value_1 as value, 1 - is_current as ref_rows, is_current as cur_rows
    from window_rows where (value_1 < 'Infinity' and value_1 > '-Infinity') union all
    select 2 as feature, value_2 as value, 1 - is_current as ref_rows, is_current as cur_rows
    from window_rows where (value_2 is not null) union all
    select 3 as feature, value_3 as value, 1 - is_current as ref_rows, is_current as cur_rows
    from window_rows where (value_3 is not null)
),
distinct_values as ( -- 5. one row per different value
    select feature, value,
        cast(sum(ref_rows) as double precision) as ref_rows, cast(sum(cur_rows) as double precision) as cur_rows
    from window_values
    group by feature, value
),
running_totals as ( -- 6. how many values of each window are at or below it, and how many there are
    select distinct_values.*,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
gaps as ( -- 7. the distance of the two distribution functions at each value
    select running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap,
        max(abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0))) over (partition by feature) as ks
    from running_totals
),
near_values as ( -- 8. the values with the largest distance, and those next to the quantiles
    select * from gaps
    where gap = ks or ref_total + cur_total = ref_n + cur_n
        or floor((ref_total - ref_rows - 2) / nullif(ref_n, 0) * 4)
            <> floor((ref_total + 2) / nullif(ref_n, 0) * 4)
),
quantiles as ( -- 9. where each bin ends, as a share of the reference
    select 0 as bin, cast(0 as double precision) as fraction union all
    select 1, 0.25e0 union all select 2, 0.5e0 union all select 3, 0.75e0 union all select 4, 1
),
neighbours as ( -- 10. the reference values low and high around each quantile, weight of the way apart
    select near_values.*, bin,
        (nullif(ref_n, 0) - 1) * fraction - floor((ref_n - 1) * fraction) as weight,
        min(case when ref_total > floor((ref_n - 1) * fraction) then value end)
            over (partition by feature, bin) as low,
        min(case when ref_total > floor((ref_n - 1) * fraction) + 1 or ref_total = ref_n then value end)
            over (partition by feature, bin) as high
    from near_values cross join quantiles
),
edges as ( -- 11. the quantiles, interpolated in numpy's order of operations
    select neighbours.*,
        case
            when weight = 0 then low when weight < 0.5 then low + (high - low) * weight
            when weight >= 0.5 then high - (high - low) * (1 - weight)
        end as edge
    from neighbours
),
spans as ( -- 12. whether one value holds all quantiles
    select edges.*, min(edge) over (partition by feature) as ref_minimum,
        max(edge) over (partition by feature) as ref_maximum,
        max(case when bin = 3 then edge end) over (partition by feature) as last_edge
    from edges
),
bin_ends as ( -- 13. the end of each bin (just above such a value), and how many values are below it
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
bins as ( -- 14. one row per feature and bin; equal quantiles leave bins without rows
    select bin_ends.*, lag(upper) over (partition by feature order by bin) as lower,
        ref_below - coalesce(lag(ref_below) over (partition by feature order by bin), 0) as ref_rows,
        cur_below - coalesce(lag(cur_below) over (partition by feature order by bin), 0) as cur_rows
    from bin_ends
),
shares as ( -- 15. the share of each bin, none below psi_epsilon
    select bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins cross join thresholds
),
present_rows as ( -- 16. how many rows each window has, and how many of them hold a value
    select count(case is_current when 0 then 1 end) as ref_all, count(case is_current when 1 then 1 end) as cur_all,
        count(case is_current when 0 then value_1 end) as ref_1,
        count(case is_current when 1 then value_1 end) as cur_1,
        count(case is_current when 0 then value_2 end) as ref_2,
        count(case is_current when 1 then value_2 end) as cur_2,
        count(case is_current when 0 then value_3 end) as ref_3,
        count(case is_current when 1 then value_3 end) as cur_3
    from window_rows
),
presence as ( -- 17. the same per feature
    select place, feature, ref_all, cur_all,
        case place when 1 then ref_1 when 2 then ref_2 when 3 then ref_3 end as ref_present,
        case place when 1 then cur_1 when 2 then cur_2 when 3 then cur_3 end as cur_present
    from features cross join present_rows
),
statistics as ( -- 18. PSI and KS of each feature
    select
        feature, max(ref_n) as ref_n, max(cur_n) as cur_n, max(ks) as ks, min(ks_value) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        sum((cur_share - ref_share) * ln(cur_share / ref_share)) as psi,
        cast(count(*) - 1 as double precision) as freedom, min(ref_rows) as smallest_bin,
        sum(case when ref_rows > 0 then ref_n / ref_rows - 1 else 0 end) as odds
    from shares where ref_rows + cur_rows > 0 group by feature
),
sizes as ( -- 19. the same for the features without a finite value, too, with the size of both samples
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
noise as ( -- 20. how both statistics spread without drift
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
feature_tests as ( -- 21. the statistics by that scale; KS with the correction for its number of rows
    select noise.*,
        case when ref_minimum < ref_maximum and expected >= 30 then psi / spread end as chi_square,
        case
            when psi is null then 'every reference value is ' || case
            when ref_minimum = floor(ref_minimum) and abs(ref_minimum) < 1e6
            then cast(cast(ref_minimum as bigint) as varchar(65535))
            else cast(ref_minimum as varchar(65535)) end || ', so there are no quantile bins'
            when ref_minimum < ref_maximum and expected < 30
            then 'too few rows for the closed form of the p-value: a bin expects only '
            || cast(cast(floor(expected) as bigint) as varchar(65535)) || '; at least 30 are needed'
        end as psi_reason,
        ks_scaled + ks_shift / sqrt(nullif(ks_size, 0)) + case
            when more > 10000 then (ks_scaled * ks_scaled * ks_scaled - ks_scaled) / 9
            else (1 - fewer / (fewer + more) * more / (fewer + more)) / 9
            * (ks_scaled * ks_scaled * ks_scaled - (1 + 2 * fewer / (fewer + more) * more / (fewer + more)) * ks_scaled)
        end / nullif(ks_size, 0) as ks_z
    from noise
),
deviates as ( -- 22. whether there are enough rows; the normal deviate behind each chi-square statistic
    select feature_tests.*,
        case
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
        end as few_rows,
        case
            when freedom < 1 then null when freedom <= 30 then sqrt(chi_square)
            when chi_square / freedom < 1e-9 then -37
            else sign(chi_square - freedom) * sqrt(freedom * abs(chi_square / freedom - 1 - ln(chi_square / freedom)))
        end as deviate
    from feature_tests
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

-- 25. one row per feature
select
    feature,
    cast(ref_n as bigint) as ref_rows,
    cast(cur_n as bigint) as cur_rows,
    cast(ref_all - ref_present as bigint) as ref_missing,
    cast(cur_all - cur_present as bigint) as cur_missing,
    cast(ref_present - ref_n as bigint) as ref_non_finite,
    cast(cur_present - cur_n as bigint) as cur_non_finite,
    case when few_rows is null then psi end as psi,
    case
        when few_rows is not null then null
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
        when ref_minimum = ref_maximum and psi = 0 then 1
    end as psi_p_value,
    case
        when few_rows is not null then null
        when chi_square is not null then spread * (case
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
            else freedom * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
            * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
            * (1 - 2 / (9 * freedom) + 1.6448536269514722e0 * sqrt(2 / (9 * freedom)))
        end)
        when ref_minimum = ref_maximum and psi = 0 then 0
    end as psi_noise,
    case when few_rows is null then ks end as ks_statistic,
    case when few_rows is null then case
            when ks_z < 2e-1 then 1 when ks_z > 18 then 0 when ks_z > 3 then 2 * exp(-2 * ks_z * ks_z)
            when ks_z < 8e-1 then 1 - 2.5066282746310002e0 / ks_z
            * (exp(-1.2337005501361697e0 / (ks_z * ks_z)) + exp(-1.1103304951225528e1 / (ks_z * ks_z)))
            else 2 * (exp(-2 * ks_z * ks_z) - exp(-8 * ks_z * ks_z) + exp(-18 * ks_z * ks_z)
            - exp(-32 * ks_z * ks_z) + exp(-50 * ks_z * ks_z))
        end end as ks_p_value,
    case when few_rows is null then ks_value end as ks_location,
    ref_minimum,
    ref_maximum,
    case when few_rows is null then psi_reason else few_rows end as psi_reason,
    few_rows as ks_reason
from tails
order by place

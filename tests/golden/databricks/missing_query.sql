with
thresholds as ( -- 1. the thresholds
    select
        cast(10 as double) as min_rows, -- fewer rows than this are too few
        cast(0.05e0 as double) as missing_increase -- alert: share of missing values risen by this
),
missing_names as ( -- 2. the columns, and what is missing
    select 1 as place, cast('Amount' as string) as feature,
        cast('missing' as string) as what union all
    select 2 as place, cast('Amount' as string) as feature,
        cast('NaN or infinite' as string) as what union all
    select 3 as place, cast(null as string) as feature,
        cast('incomplete probabilities' as string) as what
),
missing_rows as ( -- 3. how many rows each window has, and how many of them lack a value
    select 0 as is_current, count(*) as all_rows,
        count(*) - count(`Amount`) as missing_1,
        count(`Amount`)
            - count(case when (abs(cast(`Amount` as double)) < cast('Infinity' as double))
            then 1 end) as missing_2,
        count(*) - count(case when (abs((cast(`p_a` as double)
            + cast(`p_b` as double)
            + cast(`p_unknown` as double))) < cast('Infinity' as double))
            then 1 end) as missing_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current, count(*) as all_rows,
        count(*) - count(`Amount`) as missing_1,
        count(`Amount`)
            - count(case when (abs(cast(`Amount` as double)) < cast('Infinity' as double))
            then 1 end) as missing_2,
        count(*) - count(case when (abs((cast(`p_a` as double)
            + cast(`p_b` as double)
            + cast(`p_unknown` as double))) < cast('Infinity' as double))
            then 1 end) as missing_3
    from (
        select `order`, `Amount`, `is_new`, `predicted_label`, `p_a`, `p_b`, `p_unknown`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
),
missing_sides as ( -- 4. one row per column and window
    select place, feature, what, is_current, cast(all_rows as double) as all_rows,
        cast(case place
            when 1 then missing_1 when 2 then missing_2 when 3 then missing_3 end as double) as hits
    from missing_names cross join missing_rows
),
missing_counts as ( -- 5. one row per column
    select place, feature, what,
        max(case when is_current = 0 then hits end) as ref_hits,
        max(case when is_current = 0 then all_rows end) as ref_n,
        max(case when is_current = 1 then hits end) as cur_hits,
        max(case when is_current = 1 then all_rows end) as cur_n
    from missing_sides
    group by place, feature, what
),
missing_shares as ( -- 6. the share of rows without a value, and by how much it can rise at most
    select missing_counts.*, missing_increase,
        ref_hits / ref_n as ref_share, cur_hits / cur_n as cur_share,
        ref_n - ref_hits as ref_present, cur_n - cur_hits as cur_present,
        ref_hits + cur_hits as hits, ref_n + cur_n as all_rows, ref_n + cur_n - ref_hits - cur_hits as present,
        case when ref_hits + cur_hits < cur_n then (ref_hits + cur_hits) / cur_n
            else 1 - (ref_hits + cur_hits - cur_n) / ref_n end as possible
    from missing_counts cross join thresholds
    where ref_hits + cur_hits > 0 and ref_n >= min_rows and cur_n >= min_rows
),
missing_statistics as ( -- 7. the z statistic, and the probability of these counts given their sums
    select missing_shares.*,
        case when hits < present then hits else present end
            * case when ref_n < cur_n then ref_n else cur_n end / all_rows as expected,
        case when cur_hits * ref_n >= ref_hits * cur_n then 1 else 0 end as has_risen,
        case when present > 0 then (cur_share - ref_share)
            / sqrt(hits / all_rows * (1 - hits / all_rows) * (1 / cur_n + 1 / ref_n)) end as z,
        ((ref_n + 4.5e0) * ln(ref_n + 5) - ref_n - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((ref_n + 5) * (ref_n + 5))) / (ref_n + 5)
            - ln((ref_n + 1) * (ref_n + 2) * (ref_n + 3) * (ref_n + 4)))
            + ((cur_n + 4.5e0) * ln(cur_n + 5) - cur_n - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((cur_n + 5) * (cur_n + 5))) / (cur_n + 5)
            - ln((cur_n + 1) * (cur_n + 2) * (cur_n + 3) * (cur_n + 4)))
            + ((hits + 4.5e0) * ln(hits + 5) - hits - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((hits + 5) * (hits + 5))) / (hits + 5)
            - ln((hits + 1) * (hits + 2) * (hits + 3) * (hits + 4)))
            + ((present + 4.5e0) * ln(present + 5) - present - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((present + 5) * (present + 5))) / (present + 5)
            - ln((present + 1) * (present + 2) * (present + 3) * (present + 4)))
            - ((ref_hits + 4.5e0) * ln(ref_hits + 5) - ref_hits - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((ref_hits + 5) * (ref_hits + 5))) / (ref_hits + 5)
            - ln((ref_hits + 1) * (ref_hits + 2) * (ref_hits + 3) * (ref_hits + 4)))
            - ((cur_hits + 4.5e0) * ln(cur_hits + 5) - cur_hits - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((cur_hits + 5) * (cur_hits + 5))) / (cur_hits + 5)
            - ln((cur_hits + 1) * (cur_hits + 2) * (cur_hits + 3) * (cur_hits + 4)))
            - ((ref_present + 4.5e0) * ln(ref_present + 5) - ref_present - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((ref_present + 5) * (ref_present + 5))) / (ref_present + 5)
            - ln((ref_present + 1) * (ref_present + 2) * (ref_present + 3) * (ref_present + 4)))
            - ((cur_present + 4.5e0) * ln(cur_present + 5) - cur_present - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((cur_present + 5) * (cur_present + 5))) / (cur_present + 5)
            - ln((cur_present + 1) * (cur_present + 2) * (cur_present + 3) * (cur_present + 4)))
            - ((all_rows + 4.5e0) * ln(all_rows + 5) - all_rows - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / ((all_rows + 5) * (all_rows + 5))) / (all_rows + 5)
            - ln((all_rows + 1) * (all_rows + 2) * (all_rows + 3) * (all_rows + 4))) as log_probability
    from missing_shares
),
missing_parts as ( -- 8. parts of the formulas below
    select missing_statistics.*,
        1 - 1e1 / (abs(z) + 5) as r,
        case when log_probability > -700 then exp(log_probability) else 0 end as probability,
        case has_risen when 1 then ref_hits else cur_hits end as falls_1,
        case has_risen when 1 then cur_present else ref_present end as falls_2,
        case has_risen when 1 then cur_hits else ref_hits end as rises_1,
        case has_risen when 1 then ref_present else cur_present end as rises_2
    from missing_statistics
),
missing_tails as ( -- 9. the tails of the normal and of the hypergeometric distribution
    select missing_parts.*,
        case
            when z > 37 then 0 when z < -37 then 1
            else abs(case when z < 0 then 1 else 0 end - exp(- z * z / 2) * (
            7.6919304975006722e-2 + r * (-1.4345755526399723e-1 + r * (1.1606881188592039e-1 + r * (
            -8.0883877265270215e-2 + r * (4.7855352287807511e-2 + r * (-2.3413900462155954e-2 + r * (
            8.9913704916727653e-3 + r * (-2.3788446225079815e-3 + r * (2.1955119546307483e-4 + r * (
            1.3427839662330339e-4 + r * (-6.0429406495054583e-5 + r * (9.5575192080068616e-7 + r * (
            6.6489347421407176e-6 + r * (-1.2575410060939854e-6 + r * (-6.8059977212561246e-7 + r * (
            2.2573488971450943e-7 + r * (7.9326886579751188e-8 + r * (-2.4785566695247639e-8 + r *
            -9.1482994445597197e-9)))))))))))))))))))
        end as z_tail,
        probability * (1
            + (falls_1 - 0) * (falls_2 - 0) / ((rises_1 + 1) * (rises_2 + 1)) * (1
            + (falls_1 - 1) * (falls_2 - 1) / ((rises_1 + 2) * (rises_2 + 2)) * (1
            + (falls_1 - 2) * (falls_2 - 2) / ((rises_1 + 3) * (rises_2 + 3)) * (1
            + (falls_1 - 3) * (falls_2 - 3) / ((rises_1 + 4) * (rises_2 + 4)) * (1
            + (falls_1 - 4) * (falls_2 - 4) / ((rises_1 + 5) * (rises_2 + 5)) * (1
            + (falls_1 - 5) * (falls_2 - 5) / ((rises_1 + 6) * (rises_2 + 6)) * (1
            + (falls_1 - 6) * (falls_2 - 6) / ((rises_1 + 7) * (rises_2 + 7)) * (1
            + (falls_1 - 7) * (falls_2 - 7) / ((rises_1 + 8) * (rises_2 + 8)) * (1
            + (falls_1 - 8) * (falls_2 - 8) / ((rises_1 + 9) * (rises_2 + 9)) * (1
            + (falls_1 - 9) * (falls_2 - 9) / ((rises_1 + 10) * (rises_2 + 10)) * (1
            + (falls_1 - 10) * (falls_2 - 10) / ((rises_1 + 11) * (rises_2 + 11)) * (1
            + (falls_1 - 11) * (falls_2 - 11) / ((rises_1 + 12) * (rises_2 + 12)) * (1
            + (falls_1 - 12) * (falls_2 - 12) / ((rises_1 + 13) * (rises_2 + 13)) * (1
            + (falls_1 - 13) * (falls_2 - 13) / ((rises_1 + 14) * (rises_2 + 14)) * (1
            + (falls_1 - 14) * (falls_2 - 14) / ((rises_1 + 15) * (rises_2 + 15)) * (1
            + (falls_1 - 15) * (falls_2 - 15) / ((rises_1 + 16) * (rises_2 + 16)) * (1
            + (falls_1 - 16) * (falls_2 - 16) / ((rises_1 + 17) * (rises_2 + 17)) * (1
            + (falls_1 - 17) * (falls_2 - 17) / ((rises_1 + 18) * (rises_2 + 18)) * (1
            + (falls_1 - 18) * (falls_2 - 18) / ((rises_1 + 19) * (rises_2 + 19)) * (1
            + (falls_1 - 19) * (falls_2 - 19) / ((rises_1 + 20) * (rises_2 + 20)) * (1)))))))))))))))))))))
            as exact_tail
    from missing_parts
),
missing_results as ( -- 10. what is known of the missing values of each column
    select
        place, what, cast('missing_increase' as string) as check_name, feature, cur_share - ref_share as effect,
        case
            when possible <= 0 or possible < missing_increase then null
            when expected >= 5 then z_tail
            when has_risen = 1 then case when exact_tail < 1 then exact_tail else 1 end
            else case when exact_tail > probability then 1 - exact_tail + probability else 1 end
        end as p_value,
        what || ' in ' || cast(cast(ref_hits as bigint) as string)
            || ' of ' || cast(cast(ref_n as bigint) as string)
            || ' rows of the reference and in ' || cast(cast(cur_hits as bigint) as string)
            || ' of ' || cast(cast(cur_n as bigint) as string) || ' rows of the current window' as reason,
        cast(null as double) as entropy_change
    from missing_tails
)

-- 11. one row per column
select check_name, feature, effect, p_value, reason, entropy_change from missing_results
union all
select
    cast('missing_increase' as string), cast(null as string),
    cast(null as double), cast(null as double),
    case
            when ref_n = 0 and cur_n = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when ref_n = 0 then 'the reference window holds no rows'
            when cur_n = 0 then 'the current window holds no rows'
            when ref_n < min_rows then 'the reference window has '
            || case when ref_n = 0 then 'no' else 'only ' || cast(cast(ref_n as bigint) as string) end
            || ' ' || 'rows' || '; at least ' || cast(cast(min_rows as bigint) as string) || ' are needed'
            when cur_n < min_rows then 'the current window has '
            || case when cur_n = 0 then 'no' else 'only ' || cast(cast(cur_n as bigint) as string) end
            || ' ' || 'rows' || '; at least ' || cast(cast(min_rows as bigint) as string) || ' are needed'
        end,
    cast(null as double)
from missing_counts cross join thresholds
where place = 1 and (ref_n < min_rows or cur_n < min_rows)

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

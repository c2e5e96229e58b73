with
labeled_rows as ( -- 1. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast("predicted_label" as varchar(65535)) as label,
        cast("p_a" as double precision) as p_1,
        cast("p_b" as double precision) as p_2,
        cast("p_unknown" as double precision) as p_3
    from (
        select "predicted_label", "p_a", "p_b", "p_unknown"
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
        select "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
),
scored as ( -- 2. every row's entropy and flaws
    select
        is_current,
        label,
        case when ((p_1 + p_2 + p_3) < 'Infinity' and (p_1 + p_2 + p_3) > '-Infinity') then - (
            case when p_1 > 1e-08 then p_1 * ln(p_1) else 1e-08 * ln(1e-08) end
            + case when p_2 > 1e-08 then p_2 * ln(p_2) else 1e-08 * ln(1e-08) end
            + case when p_3 > 1e-08 then p_3 * ln(p_3) else 1e-08 * ln(1e-08) end
        ) end as entropy,
        3 as class_count,
        case when (
            p_1 < 0 or (p_1 > 1 and not (p_1 = 'NaN'))
            or p_2 < 0 or (p_2 > 1 and not (p_2 = 'NaN'))
            or p_3 < 0 or (p_3 > 1 and not (p_3 = 'NaN'))
        ) then 1 else 0 end as out_of_range,
        case when ((p_1 + p_2 + p_3) < 'Infinity' and (p_1 + p_2 + p_3) > '-Infinity')
            and abs((p_1 + p_2 + p_3) - 1) > 0.01e0 then 1 else 0 end as not_normalized
    from labeled_rows
)

-- 3. counts and moments of each label
select
    is_current,
    label,
    count(*) as label_rows,
    count(entropy) as entropy_rows,
    avg(entropy) as entropy_mean,
    var_samp(entropy) as entropy_variance,
    max(class_count) as class_count,
    sum(out_of_range) as out_of_range_rows,
    sum(not_normalized) as not_normalized_rows
from scored
group by is_current, label
order by label_rows desc, label, is_current
limit 2001

with
labeled_rows as ( -- 1. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast(`predicted_label` as string) as label,
        `probs` as probabilities
    from (
        select `predicted_label`, `probs`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < datetime '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current, cast(`predicted_label` as string) as label,
        `probs` as probabilities
    from (
        select `predicted_label`, `probs`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')
    ) as current_window
),
scored as ( -- 2. every row's entropy and flaws
    select
        is_current,
        label,
        case when (array_length(probabilities) > 0
            and (select coalesce(sum(case when (abs(cast(p as float64)) < cast('inf' as float64)) then 1 else 0 end), 0) from unnest(probabilities) as p)
            = array_length(probabilities)) then
            - (select coalesce(sum(case when cast(p as float64) > 1e-08 then cast(p as float64) * ln(cast(p as float64)) else 1e-08 * ln(1e-08) end), 0) from unnest(probabilities) as p)
        end as entropy,
        array_length(probabilities) as class_count,
        case when ((select coalesce(sum(case when p < 0 or (p > 1 and not is_nan(cast(p as float64))) then 1 else 0 end), 0) from unnest(probabilities) as p) > 0) then 1 else 0 end as out_of_range,
        case when (array_length(probabilities) > 0
            and (select coalesce(sum(case when (abs(cast(p as float64)) < cast('inf' as float64)) then 1 else 0 end), 0) from unnest(probabilities) as p)
            = array_length(probabilities))
            and abs((select coalesce(sum(cast(p as float64)), 0) from unnest(probabilities) as p) - 1) > 0.01e0 then 1 else 0 end as not_normalized
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

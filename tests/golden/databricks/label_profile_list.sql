with
labeled_rows as ( -- 1. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast(`predicted_label` as string) as label,
        `probs` as probabilities
    from (
        select `predicted_label`, `probs`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    union all
    select 1 as is_current, cast(`predicted_label` as string) as label,
        `probs` as probabilities
    from (
        select `predicted_label`, `probs`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
),
scored as ( -- 2. every row's entropy and flaws
    select
        is_current,
        label,
        case when (cardinality(probabilities) > 0
            and aggregate(probabilities, 0d, (total, p) -> total + coalesce(case when (abs(cast(p as double)) < cast('Infinity' as double)) then 1 else 0 end, 0d))
            = cardinality(probabilities)) then
            - aggregate(probabilities, 0d, (total, p) -> total + coalesce(case when cast(p as double) > 1e-08 then cast(p as double) * ln(cast(p as double)) else 1e-08 * ln(1e-08) end, 0d))
        end as entropy,
        cardinality(probabilities) as class_count,
        case when (aggregate(probabilities, 0d, (total, p) -> total + coalesce(case when p < 0 or (p > 1 and not (cast(p as double) = cast('NaN' as double))) then 1 else 0 end, 0d)) > 0) then 1 else 0 end as out_of_range,
        case when (cardinality(probabilities) > 0
            and aggregate(probabilities, 0d, (total, p) -> total + coalesce(case when (abs(cast(p as double)) < cast('Infinity' as double)) then 1 else 0 end, 0d))
            = cardinality(probabilities))
            and abs(aggregate(probabilities, 0d, (total, p) -> total + coalesce(cast(p as double), 0d)) - 1) > 0.01e0 then 1 else 0 end as not_normalized
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

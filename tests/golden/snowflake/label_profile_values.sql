with
labeled_rows as ( -- 1. the label and the probabilities of every row, each cast and named once
    select 0 as is_current, cast(case when cast("is_new" as varchar) like '%.%' then rtrim(rtrim(cast("is_new" as varchar), '0'), '.') else cast("is_new" as varchar) end as varchar) as label
    from (
        select "Amount" as "is_new"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as reference_window
    union all
    select 1 as is_current, cast(cast(cast("is_new" as integer) as varchar) as varchar) as label
    from (
        select "is_new"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= cast('2026-01-08 00:00:00.000000' as timestamp_ntz))
    ) as current_window
),
scored as ( -- 2. every row's entropy and flaws
    select
        is_current,
        label,
        cast(null as double precision) as entropy,
        0 as class_count,
        0 as out_of_range,
        0 as not_normalized
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

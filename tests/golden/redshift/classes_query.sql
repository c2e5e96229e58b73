with
-- 1. one row a window and label
profile as (
    select *
    from (
        with
        -- 1. every row's label, entropy and flaws
        scored as (
            select
                0 as is_current,
                cast("predicted_label" as varchar(65535)) as label,
                cast(null as double precision) as entropy,
                0 as out_of_range,
                0 as not_normalized
            from (select * from "shop"."predictions" as monitored where ("schema_version" <> '0') and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')) as reference_window
            union all
            select
                1 as is_current,
                cast("predicted_label" as varchar(65535)) as label,
                cast(null as double precision) as entropy,
                0 as out_of_range,
                0 as not_normalized
            from (select * from "shop"."predictions" as monitored where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')) as current_window
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
    ) as label_profile
),
-- 2. one row a label
labels as (
    select
        label,
        cast(max(case when is_current = 0 then label_rows else 0 end) as double precision) as ref_rows,
        cast(max(case when is_current = 1 then label_rows else 0 end) as double precision) as cur_rows
    from profile
    group by label
),
-- 3. its share of the rows that have one
shares as (
    select
        labels.*,
        case when label is not null then ref_rows / nullif(sum(case when label is not null then ref_rows else 0 end) over (), 0) end as ref_share,
        case when label is not null then cur_rows / nullif(sum(case when label is not null then cur_rows else 0 end) over (), 0) end as cur_share
    from labels
)

select
    label as class_name,
    cast(ref_rows as bigint) as ref_count,
    cast(cur_rows as bigint) as cur_count,
    ref_share,
    cur_share,
    cur_share - ref_share as shift
from shares
order by coalesce(abs(cur_share - ref_share), -1) desc, label

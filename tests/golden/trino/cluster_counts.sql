with
entries as ( -- 1. the cluster of every row, and what it contributes
    select
        0 as is_current,
        cast(cast("bucket_start_ts" as date) as varchar) as cluster_id,
        case when (abs("order") < infinity()) then cast("order" as double precision) end as value_1,
        cast("schema_version" as varchar) as value_2,
        cast("schema_version" as varchar) as value_3,
        cast("predicted_label" as varchar) as value_4,
        case when (abs((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision))) < infinity()) then - (
            case when cast("p_a" as double precision) > 1e-08 then cast("p_a" as double precision) * ln(cast("p_a" as double precision)) else 1e-08 * ln(1e-08) end
            + case when cast("p_b" as double precision) > 1e-08 then cast("p_b" as double precision) * ln(cast("p_b" as double precision)) else 1e-08 * ln(1e-08) end
            + case when cast("p_unknown" as double precision) > 1e-08 then cast("p_unknown" as double precision) * ln(cast("p_unknown" as double precision)) else 1e-08 * ln(1e-08) end
        ) end as value_5,
        case when "order" is null then 1 else 0 end as value_6,
        case when "order" is not null and case when (abs("order") < infinity()) then 0 else 1 end = 1 then 1 else 0 end as value_7,
        case when (abs((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision))) < infinity()) then 0 else 1 end as value_8
    from (
        select "bucket_start_ts", "order", "schema_version", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    where cast(cast("bucket_start_ts" as date) as varchar) is not null
    union all
    select
        1 as is_current,
        cast(cast("bucket_start_ts" as date) as varchar) as cluster_id,
        case when (abs("order") < infinity()) then cast("order" as double precision) end as value_1,
        cast("schema_version" as varchar) as value_2,
        cast("schema_version" as varchar) as value_3,
        cast("predicted_label" as varchar) as value_4,
        case when (abs((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision))) < infinity()) then - (
            case when cast("p_a" as double precision) > 1e-08 then cast("p_a" as double precision) * ln(cast("p_a" as double precision)) else 1e-08 * ln(1e-08) end
            + case when cast("p_b" as double precision) > 1e-08 then cast("p_b" as double precision) * ln(cast("p_b" as double precision)) else 1e-08 * ln(1e-08) end
            + case when cast("p_unknown" as double precision) > 1e-08 then cast("p_unknown" as double precision) * ln(cast("p_unknown" as double precision)) else 1e-08 * ln(1e-08) end
        ) end as value_5,
        case when "order" is null then 1 else 0 end as value_6,
        case when "order" is not null and case when (abs("order") < infinity()) then 0 else 1 end = 1 then 1 else 0 end as value_7,
        case when (abs((cast("p_a" as double precision) + cast("p_b" as double precision) + cast("p_unknown" as double precision))) < infinity()) then 0 else 1 end as value_8
    from (
        select "bucket_start_ts", "order", "schema_version", "predicted_label", "p_a", "p_b", "p_unknown"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where cast(cast("bucket_start_ts" as date) as varchar) is not null
)

-- 2. the sums of each cluster
select
    is_current,
    cluster_id,
    count(value_1) as rows_1,
    count(case when value_1 < 8.6e0 then 1 end) as hits_1_1,
    count(case when value_1 < 10.0e0 then 1 end) as hits_1_2,
    count(case when value_1 < 11.5e0 then 1 end) as hits_1_3,
    count(value_2) as rows_2,
    count(case when value_2 = '1' then 1 end) as hits_2_1,
    count(case when value_2 = 'it''s' then 1 end) as hits_2_2,
    count(case when value_2 not in ('1', 'it''s') then 1 end) as hits_2_3,
    count(value_3) as rows_3,
    count(case when value_3 in ('2') then 1 end) as hits_3_1,
    count(value_4) as rows_4,
    count(case when value_4 = 'a' then 1 end) as hits_4_1,
    count(case when value_4 = 'Mixed/Unknown' then 1 end) as hits_4_2,
    count(value_5) as rows_5,
    sum(value_5) as hits_5_1,
    count(value_6) as rows_6,
    count(case when value_6 = 1 then 1 end) as hits_6_1,
    count(value_7) as rows_7,
    count(case when value_7 = 1 then 1 end) as hits_7_1,
    count(value_8) as rows_8,
    count(case when value_8 = 1 then 1 end) as hits_8_1
from entries
group by is_current, cluster_id
order by is_current, cluster_id

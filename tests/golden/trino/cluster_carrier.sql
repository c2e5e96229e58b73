with
entries as ( -- 1. the cluster of every row, and what it contributes
    select
        0 as is_current,
        cast("user_id" as varchar) as cluster_id,
        case when (abs("order") < infinity()) then cast("order" as double precision) end as value_1
    from (
        select "user_id", "order"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    where cast("user_id" as varchar) is not null
    union all
    select
        1 as is_current,
        cast("user_id" as varchar) as cluster_id,
        case when (abs("order") < infinity()) then cast("order" as double precision) end as value_1
    from (
        select "user_id", "order"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where cast("user_id" as varchar) is not null
),
counted as ( -- 2. the rows and the hits of each cluster in each window
    select
        cluster_id,
        cast(count(case when is_current = 0 then value_1 end) as double precision) as ref_n,
        cast(count(case when is_current = 0 and value_1 < 10.0e0 then 1 end) as double precision) as ref_k,
        cast(count(case when is_current = 1 then value_1 end) as double precision) as cur_n,
        cast(count(case when is_current = 1 and value_1 < 10.0e0 then 1 end) as double precision) as cur_k
    from entries
    where value_1 is not null
    group by cluster_id
),
totals as ( -- 3. those of all clusters
    select sum(ref_n) as ref_rows, sum(cur_n) as cur_rows, sum(ref_k) as ref_hits, sum(cur_k) as cur_hits
    from counted
),
changes as ( -- 4. the change with and without each cluster
    select
        cluster_id,
        cur_hits / nullif(cur_rows, 0) - ref_hits / nullif(ref_rows, 0) as change,
        (cur_hits - cur_k) / nullif(cur_rows - cur_n, 0) - (ref_hits - ref_k) / nullif(ref_rows - ref_n, 0) as change_without
    from counted
    cross join totals
)

-- 5. the one that carries the most
select cluster_id, change, change_without
from changes
where change_without is not null and change <> 0
order by change_without / change, cluster_id
limit 1

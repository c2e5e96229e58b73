with
entries as ( -- 1. the cluster of every row, and what it contributes
    select
        0 as is_current,
        cast(`user_id` as string) as cluster_id,
        (cast(`schema_version` as string) collate utf8_binary) as value_1
    from (
        select `user_id`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window
    where cast(`user_id` as string) is not null
    union all
    select
        1 as is_current,
        cast(`user_id` as string) as cluster_id,
        (cast(`schema_version` as string) collate utf8_binary) as value_1
    from (
        select `user_id`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
    where cast(`user_id` as string) is not null
),
counted as ( -- 2. the rows and the hits of each cluster in each window
    select
        cluster_id,
        cast(count(case when is_current = 0 then value_1 end) as double) as n,
        cast(count(case when is_current = 0 and value_1 = '1' then 1 end) as double) as r_1,
        cast(count(case when is_current = 0 and value_1 = 'it\'s' then 1 end) as double) as r_2,
        cast(count(case when is_current = 0 and value_1 not in ('1', 'it\'s') then 1 end) as double) as r_3,
        cast(count(case when is_current = 1 then value_1 end) as double) as m,
        cast(count(case when is_current = 1 and value_1 = '1' then 1 end) as double) as c_1,
        cast(count(case when is_current = 1 and value_1 = 'it\'s' then 1 end) as double) as c_2,
        cast(count(case when is_current = 1 and value_1 not in ('1', 'it\'s') then 1 end) as double) as c_3
    from entries
    where value_1 is not null
    group by cluster_id
),
totals as ( -- 3. the rows and the clusters of each window
    select
        sum(n) as ref_rows, cast(count(case when n > 0 then 1 end) as double) as ref_clusters,
        sum(m) as cur_rows, cast(count(case when m > 0 then 1 end) as double) as cur_clusters
    from counted
),
capped as ( -- 4. the part of its rows for which each cluster counts
    select
        counted.*,
        totals.*,
        case when n > greatest(0.01e0, 1 / nullif(ref_clusters, 0)) * ref_rows then greatest(0.01e0, 1 / nullif(ref_clusters, 0)) * ref_rows / n else cast(1 as double) end as a,
        case when m > greatest(0.01e0, 1 / nullif(cur_clusters, 0)) * cur_rows then greatest(0.01e0, 1 / nullif(cur_clusters, 0)) * cur_rows / m else cast(1 as double) end as b
    from counted
    cross join totals
),
weighed as ( -- 5. the rows and the hits that count
    select
        nullif(sum(a * n), 0) as ref_n,
        nullif(sum(b * m), 0) as cur_n,
        sum(a * r_1) as ref_hits_1,
        sum(b * c_1) as cur_hits_1,
        sum(a * r_2) as ref_hits_2,
        sum(b * c_2) as cur_hits_2,
        sum(a * r_3) as ref_hits_3,
        sum(b * c_3) as cur_hits_3
    from capped
),
residuals as ( -- 6. the weight and the residuals of each cluster
    select
        weighed.*,
        ref_clusters,
        cur_clusters,
        ref_rows,
        cur_rows,
        a * n / ref_n as w,
        b * m / cur_n as v,
        a * a * n / (ref_n * ref_n) + b * b * m / (cur_n * cur_n) as i,
        case when (ref_n - a * n) > 1e-9 * ref_n
            then a * (r_1 - n * ref_hits_1 / ref_n) / (ref_n - a * n)
            else 0 end as x_1,
        case when (ref_n - a * n) > 1e-9 * ref_n
            then a * (r_2 - n * ref_hits_2 / ref_n) / (ref_n - a * n)
            else 0 end as x_2,
        case when (ref_n - a * n) > 1e-9 * ref_n
            then a * (r_3 - n * ref_hits_3 / ref_n) / (ref_n - a * n)
            else 0 end as x_3,
        case when (cur_n - b * m) > 1e-9 * cur_n
            then b * (c_1 - m * cur_hits_1 / cur_n) / (cur_n - b * m)
            else 0 end as y_1,
        case when (cur_n - b * m) > 1e-9 * cur_n
            then b * (c_2 - m * cur_hits_2 / cur_n) / (cur_n - b * m)
            else 0 end as y_2,
        case when (cur_n - b * m) > 1e-9 * cur_n
            then b * (c_3 - m * cur_hits_3 / cur_n) / (cur_n - b * m)
            else 0 end as y_3
    from capped
    cross join weighed
)

-- 7. the sums over clusters
select
    min(ref_clusters) as ref_clusters,
    min(cur_clusters) as cur_clusters,
    min(ref_rows) as ref_rows,
    min(cur_rows) as cur_rows,
    sum(w * w) as ref_weights,
    sum(v * v) as cur_weights,
    sum(least(w, v)) as overlap,
    sum((w * w + v * v) * (w * w + v * v)) as weights_squared,
    sum((w * w + v * v) * i) as weights_noise,
    sum(i * i) as noise_squared,
    sum(i) as noise,
    min(ref_hits_1 / ref_n) as ref_share_1,
    min(cur_hits_1 / cur_n) as cur_share_1,
    min((ref_hits_1 + cur_hits_1) / (ref_n + cur_n)) as share_1,
    sum(x_1 * x_1) as ref_square_1,
    sum(y_1 * y_1) as cur_square_1,
    sum(x_1 * y_1) as product_1,
    min(ref_hits_2 / ref_n) as ref_share_2,
    min(cur_hits_2 / cur_n) as cur_share_2,
    min((ref_hits_2 + cur_hits_2) / (ref_n + cur_n)) as share_2,
    sum(x_2 * x_2) as ref_square_2,
    sum(y_2 * y_2) as cur_square_2,
    sum(x_2 * y_2) as product_2,
    min(ref_hits_3 / ref_n) as ref_share_3,
    min(cur_hits_3 / cur_n) as cur_share_3,
    min((ref_hits_3 + cur_hits_3) / (ref_n + cur_n)) as share_3,
    sum(x_3 * x_3) as ref_square_3,
    sum(y_3 * y_3) as cur_square_3,
    sum(x_3 * y_3) as product_3,
    sum(x_1 * x_2) as ref_neighbor_1,
    sum(y_1 * y_2) as cur_neighbor_1,
    sum(x_1 * y_2 + x_2 * y_1) / 2 as neighbor_product_1,
    sum(x_2 * x_3) as ref_neighbor_2,
    sum(y_2 * y_3) as cur_neighbor_2,
    sum(x_2 * y_3 + x_3 * y_2) / 2 as neighbor_product_2
from residuals

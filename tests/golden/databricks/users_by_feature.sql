with
-- 1. each user's rows, and how many of them are below each edge
user_counts as (
    select
        cast(`user_id` as string) as user_id,
        count(*) as user_rows,
        count(case when cast(`order` as double) < 8.6e0 then 1 end) as below_1,
        count(case when cast(`order` as double) < 10.0e0 then 1 end) as below_2,
        count(case when cast(`order` as double) < 11.5e0 then 1 end) as below_3
    from (
        select `user_id`, `order`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_window
    where `user_id` is not null and (abs(`order`) < cast('Infinity' as double))
    group by cast(`user_id` as string)
),
-- 2. the user's share of each bin
user_shares as (
    select
        user_id,
        user_rows,
        greatest(cast(below_1 as double) / user_rows, 0.0001e0) as share_1,
        greatest(cast((below_2 - below_1) as double) / user_rows, 0.0001e0) as share_2,
        greatest(cast((below_3 - below_2) as double) / user_rows, 0.0001e0) as share_3,
        greatest(cast((user_rows - below_3) as double) / user_rows, 0.0001e0) as share_4
    from user_counts
),
-- 3. each user's PSI
user_scores as (
    select
        user_id,
        user_rows,
        (share_1 - 0.25e0) * ln(share_1 / 0.25e0)
        + (share_2 - 0.25e0) * ln(share_2 / 0.25e0)
        + (share_3 - 0.3e0) * ln(share_3 / 0.3e0)
        + (share_4 - 0.2e0) * ln(share_4 / 0.2e0) as psi
    from user_shares
)

select user_id, psi as score, user_rows, count(*) over () as affected_users
from user_scores
where psi > 0.2e0
    and psi > case
            when user_rows >= 50 then 0.25e0
            when user_rows >= 5 then 0.5e0
        end
order by psi desc, user_id
limit 100

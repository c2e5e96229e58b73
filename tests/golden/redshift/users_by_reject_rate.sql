with
-- 1. each user's labeled rows and rejects
user_rates as (
    select
        cast("user_id" as varchar(65535)) as user_id,
        count("predicted_label") as user_rows,
        count(case when cast("predicted_label" as varchar(65535)) = 'Mixed/Unknown' then 1 end) as hits
    from (
        select "user_id", "predicted_label"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where "user_id" is not null
    group by cast("user_id" as varchar(65535))
),
-- 2. the increase over the reference, and the pooled rate that the z statistic wants
user_scores as (
    select
        user_id,
        user_rows,
        hits,
        cast(hits as double precision) / user_rows - cast(3 as double precision) / 100 as increase,
        cast((hits + 3) as double precision) / (user_rows + 100) as pooled
    from user_rates
    where user_rows > 0
)

select user_id, increase as score, user_rows, count(*) over () as affected_users
from user_scores
where increase >= 0.1e0
    and case
        when user_rows >= 40
            then increase >= 2.5e0 * sqrt(pooled * (1 - pooled) * (1 / cast(user_rows as double precision) + 1 / cast(100 as double precision)))
        else hits >= case
            when user_rows >= 20 then 4.0e0
            when user_rows >= 1 then 2.0e0
        end
    end
order by increase desc, user_id
limit 100

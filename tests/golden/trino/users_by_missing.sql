with
-- 1. each user's rows and those without a value
user_rates as (
    select
        cast("user_id" as varchar) as user_id,
        count(1) as user_rows,
        count(case when "order" is not null and case when (abs("order") < infinity()) then 0 else 1 end = 1 then 1 end) as hits
    from (
        select "user_id", "order"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where "user_id" is not null
    group by cast("user_id" as varchar)
    having count(1) >= 2
),
-- 2. the same of the reference, for users with enough rows there
own_rates as (
    select
        cast("user_id" as varchar) as user_id,
        count(1) as own_rows,
        count(case when "order" is not null and case when (abs("order") < infinity()) then 0 else 1 end = 1 then 1 end) as own_hits
    from (
        select "user_id", "order"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    where "user_id" is not null
    group by cast("user_id" as varchar)
    having count(1) >= 17
),
-- 3. the rows and those without a value of each user, and of the reference that it is compared with
user_pairs as (
    select
        user_rates.user_id as user_id,
        user_rates.user_rows as user_rows,
        user_rates.hits as hits,
        own_rates.own_rows as own_rows,
        cast(user_rates.hits as double precision) as cur_hits,
        cast(user_rates.user_rows as double precision) as cur_n,
        cast(case when own_rates.own_rows is null then 3 else own_rates.own_hits end as double precision) as ref_hits,
        cast(case when own_rates.own_rows is null then 100 else own_rates.own_rows end as double precision) as ref_n
    from user_rates
    left join own_rates on user_rates.user_id = own_rates.user_id
),
-- 4. the increase over the reference, and the pooled rate that the z statistic wants
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        hits,
        cur_hits,
        cur_n,
        ref_hits,
        ref_n,
        cur_hits / cur_n - ref_hits / ref_n as increase,
        (cur_hits + ref_hits) / (cur_n + ref_n) as pooled
    from user_pairs
)

select user_id, increase as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where increase >= 0.05e0
    and case
        when own_rows is not null
            then (
            ref_n * ln(greatest(ref_n, 1e0))
            + cur_n * ln(greatest(cur_n, 1e0))
            + (ref_hits + cur_hits) * ln(greatest((ref_hits + cur_hits), 1e0))
            + ((ref_n - ref_hits) + (cur_n - cur_hits)) * ln(greatest(((ref_n - ref_hits) + (cur_n - cur_hits)), 1e0))
            - ref_hits * ln(greatest(ref_hits, 1e0))
            - (ref_n - ref_hits) * ln(greatest((ref_n - ref_hits), 1e0))
            - cur_hits * ln(greatest(cur_hits, 1e0))
            - (cur_n - cur_hits) * ln(greatest((cur_n - cur_hits), 1e0))
            - (ref_n + cur_n) * ln(greatest((ref_n + cur_n), 1e0))
            + 5e-1 * (
                ln(ref_n + 1.6666666666666666e-1)
                + ln(cur_n + 1.6666666666666666e-1)
                + ln((ref_hits + cur_hits) + 1.6666666666666666e-1)
                + ln(((ref_n - ref_hits) + (cur_n - cur_hits)) + 1.6666666666666666e-1)
                - ln(ref_hits + 1.6666666666666666e-1)
                - ln((ref_n - ref_hits) + 1.6666666666666666e-1)
                - ln(cur_hits + 1.6666666666666666e-1)
                - ln((cur_n - cur_hits) + 1.6666666666666666e-1)
                - ln((ref_n + cur_n) + 1.6666666666666666e-1)
                - 1.8378770664093453e0
            )
            - ln(1 - case
                when cur_hits * ref_n > ref_hits * cur_n
                then ref_hits / (cur_hits + 1) * ((cur_n - cur_hits) / ((ref_n - ref_hits) + 1))
                else cur_hits / (ref_hits + 1) * ((ref_n - ref_hits) / ((cur_n - cur_hits) + 1))
            end)
        ) <= -2.5e0
        when user_rows >= 40
            then increase >= 2.5e0 * sqrt(pooled * (1 - pooled) * (1 / cur_n + 1 / ref_n))
        else hits >= case
            when user_rows >= 20 then 4.0e0
            when user_rows >= 1 then 2.0e0
        end
    end
order by increase desc, user_id
limit 100

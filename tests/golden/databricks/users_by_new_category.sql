with
-- 1. each user's labeled rows and rejects
user_rates as (
    select
        cast(user_id as string) as user_id,
        count(state) as user_rows,
        count(case when cast(state as string) = 'new' then 1 end) as hits
    from (
        select
            named_rows.user_id as user_id,
            case when known_rows.category is null then 'new' else 'known' end as state
        from (
            select cast(`user_id` as string) as user_id, (cast(`schema_version` as string) collate utf8_binary) as category
            from (
        select `user_id`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as current_rows
            where (cast(`schema_version` as string) collate utf8_binary) is not null
        ) as named_rows
        left join (
            select distinct (cast(`schema_version` as string) collate utf8_binary) as category
            from (
        select `user_id`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_rows
            where (cast(`schema_version` as string) collate utf8_binary) is not null
        ) as known_rows
            on named_rows.category = known_rows.category
    ) as current_window
    where user_id is not null
    group by cast(user_id as string)
    having count(state) >= 2
),
-- 2. the same of the reference, for users with enough rows there
own_rates as (
    select
        cast(user_id as string) as user_id,
        count(state) as own_rows,
        count(case when cast(state as string) = 'new' then 1 end) as own_hits
    from (select cast(null as string) as user_id, cast(null as string) as state from (
        select `user_id`, `schema_version`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < timestamp_ntz '2026-01-08 00:00:00.000000')
    ) as reference_window where 1 = 0) as reference_window
    where user_id is not null
    group by cast(user_id as string)
    having count(state) >= 1
),
-- 3. the rows and rejects of each user, and of the reference that it is compared with
user_pairs as (
    select
        user_rates.user_id as user_id,
        user_rates.user_rows as user_rows,
        user_rates.hits as hits,
        own_rates.own_rows as own_rows,
        cast(user_rates.hits as double) as cur_hits,
        cast(user_rates.user_rows as double) as cur_n,
        cast(case when own_rates.own_rows is null then 3 else own_rates.own_hits end as double) as ref_hits,
        cast(case when own_rates.own_rows is null then 100 else own_rates.own_rows end as double) as ref_n
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
where increase >= 0.01e0
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
        ) <= 0
        when user_rows >= 40
            then increase >= 2.5e0 * sqrt(pooled * (1 - pooled) * (1 / cur_n + 1 / ref_n))
        else hits >= case
            when user_rows >= 20 then 4.0e0
            when user_rows >= 2 then 2.0e0
        end
    end
order by increase desc, user_id
limit 100

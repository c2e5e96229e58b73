with
-- 1. each user's current rows, and how many of them are below each edge
user_counts as (
    select
        cast("user_id" as varchar(65535)) as user_id,
        count(*) as user_rows,
        count(case when cast("order" as double precision) < 8.6e0 then 1 end) as below_1,
        count(case when cast("order" as double precision) < 10.0e0 then 1 end) as below_2,
        count(case when cast("order" as double precision) < 11.5e0 then 1 end) as below_3
    from (
        select "user_id", "order"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    where "user_id" is not null and ("order" < 'Infinity' and "order" > '-Infinity')
    group by cast("user_id" as varchar(65535))
    having count(*) >= 2
),
-- 2. the same of the reference, for users with enough rows there
own_counts as (
    select
        cast("user_id" as varchar(65535)) as user_id,
        count(*) as own_rows,
        count(case when cast("order" as double precision) < 8.6e0 then 1 end) as own_below_1,
        count(case when cast("order" as double precision) < 10.0e0 then 1 end) as own_below_2,
        count(case when cast("order" as double precision) < 11.5e0 then 1 end) as own_below_3
    from (
        select "user_id", "order"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
    where "user_id" is not null and ("order" < 'Infinity' and "order" > '-Infinity')
    group by cast("user_id" as varchar(65535))
    having count(*) >= 17
),
-- 3. the share of each bin in both windows, and how far apart the shares below each edge are
user_shares as (
    select
        user_counts.user_id as user_id,
        user_counts.user_rows as user_rows,
        own_counts.own_rows as own_rows,
        cast(below_1 as double precision) as below_1,
        cast(own_below_1 as double precision) as own_below_1,
        cast(below_2 as double precision) as below_2,
        cast(own_below_2 as double precision) as own_below_2,
        cast(below_3 as double precision) as below_3,
        cast(own_below_3 as double precision) as own_below_3,
        greatest(cast(below_1 as double precision) / user_rows, 0.0001e0) as share_1,
        case when own_rows is null then 0.25e0 else greatest(cast(own_below_1 as double precision) / own_rows, 0.0001e0) end as ref_share_1,
        greatest(cast((below_2 - below_1) as double precision) / user_rows, 0.0001e0) as share_2,
        case when own_rows is null then 0.25e0 else greatest(cast((own_below_2 - own_below_1) as double precision) / own_rows, 0.0001e0) end as ref_share_2,
        greatest(cast((below_3 - below_2) as double precision) / user_rows, 0.0001e0) as share_3,
        case when own_rows is null then 0.3e0 else greatest(cast((own_below_3 - own_below_2) as double precision) / own_rows, 0.0001e0) end as ref_share_3,
        greatest(cast((user_rows - below_3) as double precision) / user_rows, 0.0001e0) as share_4,
        case when own_rows is null then 0.2e0 else greatest(cast((own_rows - own_below_3) as double precision) / own_rows, 0.0001e0) end as ref_share_4
    from user_counts
    left join own_counts on user_counts.user_id = own_counts.user_id
),
-- 4. each user's PSI
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        cast(user_rows as double precision) as cur_n,
        cast(own_rows as double precision) as ref_n,
        below_1,
        own_below_1,
        below_2,
        own_below_2,
        below_3,
        own_below_3,
        (share_1 - ref_share_1) * ln(share_1 / ref_share_1)
        + (share_2 - ref_share_2) * ln(share_2 / ref_share_2)
        + (share_3 - ref_share_3) * ln(share_3 / ref_share_3)
        + (share_4 - ref_share_4) * ln(share_4 / ref_share_4) as psi
    from user_shares
)

select user_id, psi as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where psi > 0.2e0
    and case
        when own_rows is null then psi > case
            when user_rows >= 50 then 0.25e0
            when user_rows >= 5 then 0.5e0
        end
        else
            (
            ref_n * ln(greatest(ref_n, 1e0))
            + cur_n * ln(greatest(cur_n, 1e0))
            + (own_below_1 + below_1) * ln(greatest((own_below_1 + below_1), 1e0))
            + ((ref_n - own_below_1) + (cur_n - below_1)) * ln(greatest(((ref_n - own_below_1) + (cur_n - below_1)), 1e0))
            - own_below_1 * ln(greatest(own_below_1, 1e0))
            - (ref_n - own_below_1) * ln(greatest((ref_n - own_below_1), 1e0))
            - below_1 * ln(greatest(below_1, 1e0))
            - (cur_n - below_1) * ln(greatest((cur_n - below_1), 1e0))
            - (ref_n + cur_n) * ln(greatest((ref_n + cur_n), 1e0))
            + 5e-1 * (
                ln(ref_n + 1.6666666666666666e-1)
                + ln(cur_n + 1.6666666666666666e-1)
                + ln((own_below_1 + below_1) + 1.6666666666666666e-1)
                + ln(((ref_n - own_below_1) + (cur_n - below_1)) + 1.6666666666666666e-1)
                - ln(own_below_1 + 1.6666666666666666e-1)
                - ln((ref_n - own_below_1) + 1.6666666666666666e-1)
                - ln(below_1 + 1.6666666666666666e-1)
                - ln((cur_n - below_1) + 1.6666666666666666e-1)
                - ln((ref_n + cur_n) + 1.6666666666666666e-1)
                - 1.8378770664093453e0
            )
            - ln(1 - case
                when below_1 * ref_n > own_below_1 * cur_n
                then own_below_1 / (below_1 + 1) * ((cur_n - below_1) / ((ref_n - own_below_1) + 1))
                else below_1 / (own_below_1 + 1) * ((ref_n - own_below_1) / ((cur_n - below_1) + 1))
            end)
        ) <= -2.5e0
            or (
            ref_n * ln(greatest(ref_n, 1e0))
            + cur_n * ln(greatest(cur_n, 1e0))
            + (own_below_2 + below_2) * ln(greatest((own_below_2 + below_2), 1e0))
            + ((ref_n - own_below_2) + (cur_n - below_2)) * ln(greatest(((ref_n - own_below_2) + (cur_n - below_2)), 1e0))
            - own_below_2 * ln(greatest(own_below_2, 1e0))
            - (ref_n - own_below_2) * ln(greatest((ref_n - own_below_2), 1e0))
            - below_2 * ln(greatest(below_2, 1e0))
            - (cur_n - below_2) * ln(greatest((cur_n - below_2), 1e0))
            - (ref_n + cur_n) * ln(greatest((ref_n + cur_n), 1e0))
            + 5e-1 * (
                ln(ref_n + 1.6666666666666666e-1)
                + ln(cur_n + 1.6666666666666666e-1)
                + ln((own_below_2 + below_2) + 1.6666666666666666e-1)
                + ln(((ref_n - own_below_2) + (cur_n - below_2)) + 1.6666666666666666e-1)
                - ln(own_below_2 + 1.6666666666666666e-1)
                - ln((ref_n - own_below_2) + 1.6666666666666666e-1)
                - ln(below_2 + 1.6666666666666666e-1)
                - ln((cur_n - below_2) + 1.6666666666666666e-1)
                - ln((ref_n + cur_n) + 1.6666666666666666e-1)
                - 1.8378770664093453e0
            )
            - ln(1 - case
                when below_2 * ref_n > own_below_2 * cur_n
                then own_below_2 / (below_2 + 1) * ((cur_n - below_2) / ((ref_n - own_below_2) + 1))
                else below_2 / (own_below_2 + 1) * ((ref_n - own_below_2) / ((cur_n - below_2) + 1))
            end)
        ) <= -2.5e0
            or (
            ref_n * ln(greatest(ref_n, 1e0))
            + cur_n * ln(greatest(cur_n, 1e0))
            + (own_below_3 + below_3) * ln(greatest((own_below_3 + below_3), 1e0))
            + ((ref_n - own_below_3) + (cur_n - below_3)) * ln(greatest(((ref_n - own_below_3) + (cur_n - below_3)), 1e0))
            - own_below_3 * ln(greatest(own_below_3, 1e0))
            - (ref_n - own_below_3) * ln(greatest((ref_n - own_below_3), 1e0))
            - below_3 * ln(greatest(below_3, 1e0))
            - (cur_n - below_3) * ln(greatest((cur_n - below_3), 1e0))
            - (ref_n + cur_n) * ln(greatest((ref_n + cur_n), 1e0))
            + 5e-1 * (
                ln(ref_n + 1.6666666666666666e-1)
                + ln(cur_n + 1.6666666666666666e-1)
                + ln((own_below_3 + below_3) + 1.6666666666666666e-1)
                + ln(((ref_n - own_below_3) + (cur_n - below_3)) + 1.6666666666666666e-1)
                - ln(own_below_3 + 1.6666666666666666e-1)
                - ln((ref_n - own_below_3) + 1.6666666666666666e-1)
                - ln(below_3 + 1.6666666666666666e-1)
                - ln((cur_n - below_3) + 1.6666666666666666e-1)
                - ln((ref_n + cur_n) + 1.6666666666666666e-1)
                - 1.8378770664093453e0
            )
            - ln(1 - case
                when below_3 * ref_n > own_below_3 * cur_n
                then own_below_3 / (below_3 + 1) * ((cur_n - below_3) / ((ref_n - own_below_3) + 1))
                else below_3 / (own_below_3 + 1) * ((ref_n - own_below_3) / ((cur_n - below_3) + 1))
            end)
        ) <= -2.5e0
    end
order by psi desc, user_id
limit 100

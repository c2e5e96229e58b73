with
-- 1. everybody's reference rows of each class
classes as (
    select cast('0' as varchar(65535)) as label, 10 as ref_rows
    union all
    select cast('1' as varchar(65535)) as label, 70 as ref_rows
    union all
    select cast('2' as varchar(65535)) as label, 20 as ref_rows
),
-- 2. each user's rows of each class in both windows
window_labels as (
    select
        cast(user_id as varchar(65535)) as user_id,
        cast(category_bin as varchar(65535)) as label,
        count(*) as label_rows,
        0 as own_label_rows
    from (
        select
            cast("user_id" as varchar(65535)) as user_id,
            case
                when collate(cast("schema_version" as varchar(65535)), 'case_sensitive') is null then null
                when collate(cast("schema_version" as varchar(65535)), 'case_sensitive') = 'v1' then '1'
                when collate(cast("schema_version" as varchar(65535)), 'case_sensitive') = 'it\'s' then '2'
                else '0'
            end as category_bin
        from (
        select "user_id", "schema_version"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as binned_rows
    ) as current_window
    where user_id is not null and category_bin is not null
    group by cast(user_id as varchar(65535)), cast(category_bin as varchar(65535))
    union all
    select
        cast(user_id as varchar(65535)) as user_id,
        cast(category_bin as varchar(65535)) as label,
        0 as label_rows,
        count(*) as own_label_rows
    from (
        select
            cast("user_id" as varchar(65535)) as user_id,
            case
                when collate(cast("schema_version" as varchar(65535)), 'case_sensitive') is null then null
                when collate(cast("schema_version" as varchar(65535)), 'case_sensitive') = 'v1' then '1'
                when collate(cast("schema_version" as varchar(65535)), 'case_sensitive') = 'it\'s' then '2'
                else '0'
            end as category_bin
        from (
        select "user_id", "schema_version"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as binned_rows
    ) as reference_window
    where user_id is not null and category_bin is not null
    group by cast(user_id as varchar(65535)), cast(category_bin as varchar(65535))
),
user_labels as (
    select user_id, label, sum(label_rows) as label_rows, sum(own_label_rows) as own_label_rows
    from window_labels
    group by user_id, label
),
user_totals as (
    select
        user_id,
        sum(label_rows) as user_rows,
        case when sum(own_label_rows) >= 17 then sum(own_label_rows) end as own_rows
    from user_labels
    group by user_id
    having sum(label_rows) >= 2
),
-- 3. each user's rows of every class, those without any included, beside those of the reference that it is compared with
user_classes as (
    select
        user_totals.user_id as user_id,
        user_totals.user_rows as user_rows,
        user_totals.own_rows as own_rows,
        cast(coalesce(user_labels.label_rows, 0) as double precision) as cur_rows,
        cast(user_totals.user_rows as double precision) as cur_n,
        cast(case when user_totals.own_rows is null then classes.ref_rows else coalesce(user_labels.own_label_rows, 0) end as double precision) as ref_rows,
        cast(case when user_totals.own_rows is null then 100 else user_totals.own_rows end as double precision) as ref_n
    from user_totals
    cross join classes
    left join user_labels on user_totals.user_id = user_labels.user_id and classes.label = user_labels.label
),
-- 4. each user's largest change, its chi-square, and the smallest p-value of its classes
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        max(abs(cur_rows / cur_n - ref_rows / ref_n)) as largest_shift,
        sum(cur_n * ref_n * (cur_rows / cur_n - ref_rows / ref_n) * (cur_rows / cur_n - ref_rows / ref_n) / nullif(ref_rows + cur_rows, 0)) as chi_square,
        min(case when own_rows is not null then (
            ref_n * ln(greatest(ref_n, 1e0))
            + cur_n * ln(greatest(cur_n, 1e0))
            + (ref_rows + cur_rows) * ln(greatest((ref_rows + cur_rows), 1e0))
            + ((ref_n - ref_rows) + (cur_n - cur_rows)) * ln(greatest(((ref_n - ref_rows) + (cur_n - cur_rows)), 1e0))
            - ref_rows * ln(greatest(ref_rows, 1e0))
            - (ref_n - ref_rows) * ln(greatest((ref_n - ref_rows), 1e0))
            - cur_rows * ln(greatest(cur_rows, 1e0))
            - (cur_n - cur_rows) * ln(greatest((cur_n - cur_rows), 1e0))
            - (ref_n + cur_n) * ln(greatest((ref_n + cur_n), 1e0))
            + 5e-1 * (
                ln(ref_n + 1.6666666666666666e-1)
                + ln(cur_n + 1.6666666666666666e-1)
                + ln((ref_rows + cur_rows) + 1.6666666666666666e-1)
                + ln(((ref_n - ref_rows) + (cur_n - cur_rows)) + 1.6666666666666666e-1)
                - ln(ref_rows + 1.6666666666666666e-1)
                - ln((ref_n - ref_rows) + 1.6666666666666666e-1)
                - ln(cur_rows + 1.6666666666666666e-1)
                - ln((cur_n - cur_rows) + 1.6666666666666666e-1)
                - ln((ref_n + cur_n) + 1.6666666666666666e-1)
                - 1.8378770664093453e0
            )
            - ln(1 - case
                when cur_rows * ref_n > ref_rows * cur_n
                then ref_rows / (cur_rows + 1) * ((cur_n - cur_rows) / ((ref_n - ref_rows) + 1))
                else cur_rows / (ref_rows + 1) * ((ref_n - ref_rows) / ((cur_n - cur_rows) + 1))
            end)
        ) end)
            + ln(count(case when ref_rows + cur_rows > 0 then 1 end)) as evidence
    from user_classes
    group by user_id, user_rows, own_rows
)

select user_id, largest_shift as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where largest_shift > 0.15e0
    and case
        when own_rows is null then chi_square > case
            when user_rows >= 50 then 6.0e0
            when user_rows >= 5 then 9.5e0
        end
        else evidence <= -2.5e0
    end
order by largest_shift desc, user_id
limit 100

with
-- 1. the reference's rows of each class
classes as (
    select cast('0' as string) as label, 90 as ref_rows
    union all
    select cast('1' as string) as label, 10 as ref_rows
),
-- 2. each user's rows of each class, those with none included
user_labels as (
    select cast(case when is_nan(`order`) then null when abs(`order`) < 9e18 and `order` = floor(`order`) then cast(cast(`order` as int64) as string) else cast(`order` as string) end as string) as user_id, cast(cast(cast(`is_new` as integer) as string) as string) as label, count(*) as label_rows
    from (
        select `order`, `is_new`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')
    ) as current_window
    where case when is_nan(`order`) then null when abs(`order`) < 9e18 and `order` = floor(`order`) then cast(cast(`order` as int64) as string) else cast(`order` as string) end is not null and cast(cast(`is_new` as integer) as string) is not null
    group by cast(case when is_nan(`order`) then null when abs(`order`) < 9e18 and `order` = floor(`order`) then cast(cast(`order` as int64) as string) else cast(`order` as string) end as string), cast(cast(cast(`is_new` as integer) as string) as string)
),
user_totals as (
    select user_id, sum(label_rows) as user_rows
    from user_labels
    group by user_id
),
user_classes as (
    select
        user_totals.user_id as user_id,
        user_totals.user_rows as user_rows,
        classes.ref_rows as ref_rows,
        coalesce(user_labels.label_rows, 0) as label_rows,
        cast(coalesce(user_labels.label_rows, 0) as float64) / user_totals.user_rows
            - cast(classes.ref_rows as float64) / 100 as shift
    from user_totals
    cross join classes
    left join user_labels on user_totals.user_id = user_labels.user_id and classes.label = user_labels.label
),
-- 3. each user's largest change and chi-square
user_scores as (
    select
        user_id,
        user_rows,
        max(abs(shift)) as largest_shift,
        user_rows * cast(100 as float64) * sum(shift * shift / nullif(ref_rows + label_rows, 0)) as chi_square
    from user_classes
    group by user_id, user_rows
)

select user_id, largest_shift as score, user_rows, count(*) over () as affected_users
from user_scores
where largest_shift > 0.15e0
    and chi_square > case
            when user_rows >= 50 then 6.0e0
            when user_rows >= 5 then 9.5e0
        end
order by largest_shift desc, user_id
limit 100

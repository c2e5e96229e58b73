with
categories as ( -- 1. the categories of each feature and their rows in both windows
    select
        1 as feature,
        category,
        count(case when is_current = 0 then 1 end) as ref_rows,
        count(case when is_current = 1 then 1 end) as cur_rows
    from (
        select cast("schema_version" as varchar) as category, 0 as is_current from (
        select "schema_version", "predicted_label"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
        union all
        select cast("schema_version" as varchar) as category, 1 as is_current from (
        select "schema_version", "predicted_label"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as both_windows
    where category is not null
    group by category
    union all
    select
        2 as feature,
        category,
        count(case when is_current = 0 then 1 end) as ref_rows,
        count(case when is_current = 1 then 1 end) as cur_rows
    from (
        select cast("predicted_label" as varchar) as category, 0 as is_current from (
        select "schema_version", "predicted_label"
        from "shop"."predictions" as monitored
        where ("schema_version" <> '0')
        and ("bucket_start_ts" < timestamp '2026-01-08 00:00:00.000000')
    ) as reference_window
        union all
        select cast("predicted_label" as varchar) as category, 1 as is_current from (
        select "schema_version", "predicted_label"
        from "shop"."predictions" as monitored
        where ("bucket_start_ts" >= timestamp '2026-01-08 00:00:00.000000')
    ) as current_window
    ) as both_windows
    where category is not null
    group by category
),
ranked_categories as ( -- 2. the places of those that are named
    select
        feature,
        category,
        ref_rows,
        cur_rows,
        case when ref_rows > 0 and ref_number <= 2 then ref_number else 0 end as ref_place,
        case when both_number <= 2 then both_number else 0 end as both_place,
        case when ref_rows = 0 and new_number <= 10 then new_number else 0 end as new_place,
        case when cur_rows = 0 and gone_number <= 10 then gone_number else 0 end as gone_place
    from (
        select
            feature,
            category,
            ref_rows,
            cur_rows,
            row_number() over (partition by feature order by ref_rows desc, category) as ref_number,
            row_number() over (partition by feature order by ref_rows + cur_rows desc, category) as both_number,
            row_number() over (partition by feature, is_new order by cur_rows desc, category) as new_number,
            row_number() over (partition by feature, is_gone order by ref_rows desc, category) as gone_number
        from (
            select
                feature,
                category,
                ref_rows,
                cur_rows,
                case when ref_rows = 0 then 1 else 0 end as is_new,
                case when cur_rows = 0 then 1 else 0 end as is_gone
            from categories
        ) as marked
    ) as numbered
),
shown_categories as ( -- 3. the others have no name, but a range of frequencies
    select
        feature,
        case when ref_place + both_place + new_place + gone_place > 0 then category end as category,
        case
            when ref_place + both_place + new_place + gone_place > 0 then 0
            when ref_rows + cur_rows < 2 then 1 when ref_rows + cur_rows < 3 then 2
            when ref_rows + cur_rows < 4 then 3 when ref_rows + cur_rows < 5 then 4
            when ref_rows + cur_rows < 6 then 5 when ref_rows + cur_rows < 7 then 6
            when ref_rows + cur_rows < 8 then 7 when ref_rows + cur_rows < 9 then 8
            when ref_rows + cur_rows < 10 then 9 when ref_rows + cur_rows < 11 then 10
            when ref_rows + cur_rows < 12 then 11 when ref_rows + cur_rows < 15 then 12
            when ref_rows + cur_rows < 20 then 13 when ref_rows + cur_rows < 30 then 14
            when ref_rows + cur_rows < 40 then 15 when ref_rows + cur_rows < 50 then 16
            when ref_rows + cur_rows < 70 then 17 when ref_rows + cur_rows < 100 then 18
            when ref_rows + cur_rows < 150 then 19 when ref_rows + cur_rows < 200 then 20
            when ref_rows + cur_rows < 300 then 21 when ref_rows + cur_rows < 500 then 22
            when ref_rows + cur_rows < 700 then 23 when ref_rows + cur_rows < 1000 then 24
            when ref_rows + cur_rows < 2000 then 25 when ref_rows + cur_rows < 5000 then 26
            when ref_rows + cur_rows < 10000 then 27
            else 28
        end as frequency,
        ref_rows,
        cur_rows,
        ref_place,
        both_place,
        new_place,
        gone_place
    from ranked_categories
),
counted_categories as ( -- 4. a row per category that is named, and per range of the others
    select
        feature,
        frequency,
        substring(category, 1, 200) as category,
        sum(ref_rows) as ref_rows,
        sum(cur_rows) as cur_rows,
        max(ref_place) as ref_rank,
        max(both_place) as both_rank,
        max(new_place) as new_rank,
        max(gone_place) as gone_rank,
        count(*) as categories,
        min(ref_rows + cur_rows) as least_rows,
        max(ref_rows + cur_rows) as most_rows,
        count(case when ref_rows = 0 then 1 end) as unseen_categories,
        sum(case when ref_rows = 0 then cur_rows else 0 end) as unseen_rows,
        count(case when ref_rows = 1 then 1 end) as ref_singles
    from shown_categories
    group by feature, frequency, category
)

-- 5. in order
select *
from counted_categories
order by feature, frequency, both_rank, ref_rank, new_rank, gone_rank

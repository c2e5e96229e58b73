select is_current, row_day, count(*) as day_rows
from (
    select 0 as is_current, cast(cast(`bucket_start_ts` as date) as string) as row_day
    from (
        select `bucket_start_ts`
        from `shop`.`predictions` as monitored
        where (`schema_version` <> '0')
        and (`bucket_start_ts` < datetime '2026-01-08 00:00:00.000000')
    ) as reference_rows
    union all
    select 1 as is_current, cast(cast(datetime_add(`bucket_start_ts`, interval 4499 second) as date) as string) as row_day
    from (
        select `bucket_start_ts`
        from `shop`.`predictions` as monitored
        where (`bucket_start_ts` >= datetime '2026-01-08 00:00:00.000000')
    ) as current_rows
) as dated_rows
group by is_current, row_day
order by is_current desc, row_day desc
limit 801

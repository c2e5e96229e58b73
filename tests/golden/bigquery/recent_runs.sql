select
    run_id,
    case
        when recorded_at >= datetime '0001-01-01 00:00:00'
            and recorded_at <= datetime '9999-12-31 23:59:59' then recorded_at
    end as recorded_at,
    monitor,
    alerts,
    critical_alerts,
    not_computed,
    summary,
    case
        when reference_start >= datetime '0001-01-01 00:00:00'
            and reference_start <= datetime '9999-12-31 23:59:59' then reference_start
    end as reference_start,
    case
        when reference_end >= datetime '0001-01-01 00:00:00'
            and reference_end <= datetime '9999-12-31 23:59:59' then reference_end
    end as reference_end,
    case
        when current_start >= datetime '0001-01-01 00:00:00'
            and current_start <= datetime '9999-12-31 23:59:59' then current_start
    end as current_start,
    case
        when current_end >= datetime '0001-01-01 00:00:00'
            and current_end <= datetime '9999-12-31 23:59:59' then current_end
    end as current_end,
    columns_left_out,
    warnings,
    notes
from `driftql_runs`
where 1 = 1
order by
    case when case
        when recorded_at >= datetime '0001-01-01 00:00:00'
            and recorded_at <= datetime '9999-12-31 23:59:59' then recorded_at
    end is null then 0 else 1 end,
    coalesce(current_end, recorded_at) desc,
    recorded_at desc,
    run_id
limit 30

select
    run_id,
    case
        when recorded_at >= timestamp '0001-01-01 00:00:00'
            and recorded_at <= timestamp '9999-12-31 23:59:59' then recorded_at
    end as recorded_at,
    monitor,
    alerts,
    critical_alerts,
    not_computed,
    summary
from "driftql_runs"
where 1 = 1
order by
    case when case
        when recorded_at >= timestamp '0001-01-01 00:00:00'
            and recorded_at <= timestamp '9999-12-31 23:59:59' then recorded_at
    end is null then 0 else 1 end,
    recorded_at desc,
    run_id
limit 30

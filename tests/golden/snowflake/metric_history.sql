select
    case
        when recorded_at >= cast('0001-01-01 00:00:00' as timestamp_ntz)
            and recorded_at <= cast('9999-12-31 23:59:59' as timestamp_ntz) then recorded_at
    end as recorded_at,
    run_id,
    monitor,
    window_role,
    feature,
    metric,
    value,
    threshold,
    flagged
from "driftql_metrics"
where metric = 'psi'
order by
    case when case
        when recorded_at >= cast('0001-01-01 00:00:00' as timestamp_ntz)
            and recorded_at <= cast('9999-12-31 23:59:59' as timestamp_ntz) then recorded_at
    end is null then 0 else 1 end,
    recorded_at desc,
    run_id,
    feature,
    window_role
limit 30

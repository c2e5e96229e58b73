select
    case
        when recorded_at >= timestamp_ntz '0001-01-01 00:00:00'
            and recorded_at <= timestamp_ntz '9999-12-31 23:59:59' then recorded_at
    end as recorded_at,
    run_id,
    monitor,
    window_role,
    feature,
    metric,
    value,
    threshold,
    flagged
from `driftql_metrics`
where metric = 'psi'
order by
    case when case
        when recorded_at >= timestamp_ntz '0001-01-01 00:00:00'
            and recorded_at <= timestamp_ntz '9999-12-31 23:59:59' then recorded_at
    end is null then 0 else 1 end,
    recorded_at desc,
    run_id,
    feature,
    window_role
limit 30

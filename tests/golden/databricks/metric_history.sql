select recorded_at, run_id, monitor, window_role, feature, metric, value, threshold, flagged
from `driftql_metrics`
where metric = 'psi'
order by recorded_at desc, run_id, feature, window_role
limit 30

select recorded_at, run_id, monitor, window_role, feature, metric, value, threshold, flagged,
    reference_start, reference_end, current_start, current_end
from `driftql_metrics`
where metric = 'psi'
order by coalesce(current_end, recorded_at) desc, recorded_at desc, run_id, feature, window_role
limit 30

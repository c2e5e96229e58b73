select run_id, recorded_at, monitor, alerts, critical_alerts, not_computed, summary
from `driftql_runs`
where 1 = 1
order by recorded_at desc, run_id
limit 30

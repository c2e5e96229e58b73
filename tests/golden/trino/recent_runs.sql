select run_id, recorded_at, monitor, alerts, critical_alerts, not_computed, summary,
    reference_start, reference_end, current_start, current_end
from "driftql_runs"
where 1 = 1
order by coalesce(current_end, recorded_at) desc, recorded_at desc, run_id
limit 30

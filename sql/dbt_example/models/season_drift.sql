select check_name, feature, effect, threshold, p_value, is_flagged, severity, reason
from {{ driftql.drift_check(ref('february'), ref('july'), features=['dep_delay', 'seats']) }} as drift

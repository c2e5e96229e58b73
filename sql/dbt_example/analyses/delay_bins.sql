select * from {{ driftql.drift_bins(ref('february'), ref('july'), features=['dep_delay']) }} as bins

insert into `driftql_metrics` (run_id, recorded_at, monitor, window_role, feature, metric, value, threshold, flagged) values
    ('run 1', timestamp_ntz '2026-01-15 08:30:00.000001', 'it\'s', 'comparison', 'order', 'psi', 3e-1, 2e-1, true),
    ('run 1', timestamp_ntz '2026-01-15 08:30:00.000001', null, 'current', null, 'rows', 120, null, null)

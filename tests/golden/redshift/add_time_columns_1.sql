alter table "driftql_runs" add column current_start timestamp

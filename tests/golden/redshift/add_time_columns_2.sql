alter table "driftql_runs" add column current_end timestamp

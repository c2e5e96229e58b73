alter table "driftql_runs" add column if not exists current_end timestamp_ntz

update `driftql_queue`
set status = 'labeled', updated_at = timestamp_ntz '2026-01-15 00:00:00.000000'
where request_id = '00000000-0000-4000-8000-000000000000' and status = 'pending'

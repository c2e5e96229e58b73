alter table `driftql_runs` add column if not exists current_start datetime

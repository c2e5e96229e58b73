alter table `driftql_runs` add columns (current_start timestamp_ntz, current_end timestamp_ntz)

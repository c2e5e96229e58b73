lock table "driftql_queue"

select count(*) as pending
from `driftql_queue` as requests
where status = 'pending' and status = 'pending'

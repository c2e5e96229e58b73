delete from `driftql_queue` as later
where later.status = 'pending' and exists (
    select 1
    from `driftql_queue` as earlier
    where earlier.status = 'pending'
        and (
            earlier.row_id = later.row_id
            or (
                earlier.row_id is null
                and later.row_id is null
                and earlier.user_id = later.user_id
                and earlier.bucket_start_ts = later.bucket_start_ts
            )
        )
        and (
            earlier.created_at < later.created_at
            or (earlier.created_at = later.created_at and earlier.request_id < later.request_id)
        )
)

delete from `driftql_queue`
where request_id in (
    select request_id
    from (
        select
            request_id,
            row_number() over (partition by user_id, bucket_start_ts order by created_at, request_id) as place
        from `driftql_queue`
        where status = 'pending'
    ) as ranked
    where place > 1
)

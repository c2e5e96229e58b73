delete from `driftql_queue`
where request_id in (
    select request_id
    from (
        select
            request_id,
            row_number() over (
                partition by
                    row_id,
                    case when row_id is null then user_id end,
                    case when row_id is null then bucket_start_ts end
                order by created_at, request_id
            ) as place
        from `driftql_queue`
        where status = 'pending'
    ) as ranked
    where place > 1
)

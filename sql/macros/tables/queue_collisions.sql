{#
  What more than one pending request asks for, most requests first: the row's id, or the user and the start of the bucket,
  and the ids of two of the requests. At most `max_rows` rows.
#}
{% macro queue_collisions(queue, max_rows) %}
    {{ return(adapter.dispatch('queue_collisions', 'driftql')(queue, max_rows)) }}
{% endmacro %}

{% macro default__queue_collisions(queue, max_rows) -%}
with
waiting as (
    select
        request_id,
        row_id,
        case when row_id is null then user_id end as user_id,
        case when row_id is null then bucket_start_ts end as bucket_start_ts
    from {{ driftql.queue_state(queue) }} as requests
    where status = 'pending' and (row_id is not null or (user_id is not null and bucket_start_ts is not null))
)

select
    row_id,
    user_id,
    {{ driftql.as_text('bucket_start_ts') }} as bucket_start,
    count(*) as requests,
    min({{ driftql.as_text('request_id') }}) as first_id,
    max({{ driftql.as_text('request_id') }}) as last_id
from waiting
group by row_id, user_id, bucket_start_ts
having count(*) > 1
order by requests desc, row_id, user_id, bucket_start
limit {{ max_rows }}
{%- endmacro %}

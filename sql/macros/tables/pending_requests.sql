{#
  The pending requests, least confident first and those without a confidence before all others: at most `max_per_day`
  less the requests that were labeled or skipped since `day_start` (a literal timestamp). A time that no calendar holds is
  NULL.
#}
{% macro pending_requests(queue, day_start, max_per_day) %}
    {{ return(adapter.dispatch('pending_requests', 'driftql')(queue, day_start, max_per_day)) }}
{% endmacro %}

{% macro default__pending_requests(queue, day_start, max_per_day) -%}
with
answered as (
    select count(*) as answered_today
    from {{ driftql.queue_state(queue) }} as requests
    where status <> 'pending' and updated_at >= {{ day_start }}
),
ranked as (
    select
        request_id,
        user_id,
        {{ driftql.readable_moment('bucket_start_ts') }} as start_ts,
        {{ driftql.readable_moment('bucket_end_ts') }} as end_ts,
        reason,
        confidence,
        predicted_label,
        {{ driftql.readable_moment('created_at') }} as queued_at,
        status,
        row_id,
        monitor,
        source,
        row_number() over (
            order by
                case when confidence is null then 0 else 1 end, confidence, user_id, bucket_start_ts, row_id, request_id
        ) as place
    from {{ driftql.queue_state(queue) }} as requests
    where status = 'pending'
)

select
    request_id,
    user_id,
    start_ts as bucket_start_ts,
    end_ts as bucket_end_ts,
    reason,
    confidence,
    predicted_label,
    queued_at as created_at,
    status,
    row_id,
    monitor,
    source
from ranked
cross join answered
where place <= {{ max_per_day }} - answered_today
order by place
{{- driftql.query_settings() }}
{%- endmacro %}

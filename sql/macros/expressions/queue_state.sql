{#
  The queue as it is now, one row per request, to stand after `from`.

  Where rows can only be added, a request is the rows that share its id: the first one is pending, and later ones tell
  what became of it. An answer counts before a withdrawal, and of two answers the first, whoever wrote them.

    request_id  status     updated_at
    a           pending    09:00
    a           labeled    10:00         <- a is labeled
    b           pending    09:00         <- b is pending
    c           pending    09:00
    c           withdrawn  09:01         c is gone: another request asks for the same bucket
#}
{% macro queue_state(queue) %}
    {{ return(adapter.dispatch('queue_state', 'driftql')(queue)) }}
{% endmacro %}

{% macro default__queue_state(queue) -%}
{%- if driftql.appends_only() -%}
(
    select
        request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
        status, row_id, monitor, source
    from (
        select
            request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
            status, row_id, monitor, source,
            row_number() over (
                partition by request_id
                order by case status when 'pending' then 2 when 'withdrawn' then 1 else 0 end, updated_at
            ) as turn
        from {{ queue }}
    ) as states
    where turn = 1 and status <> 'withdrawn'
)
{%- else -%}
{{ queue }}
{%- endif -%}
{%- endmacro %}

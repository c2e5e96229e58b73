{#
  Mark one pending request as labeled or skipped. `request_id` and `status` are quoted texts, `updated_at` a literal timestamp.
#}
{% macro mark_request(queue, request_id, status, updated_at) %}
    {{ return(adapter.dispatch('mark_request', 'driftql')(queue, request_id, status, updated_at)) }}
{% endmacro %}

{% macro default__mark_request(queue, request_id, status, updated_at) -%}
{%- if driftql.appends_only() -%}
insert into {{ queue }} (
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at, status
)
select
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at,
    {{ updated_at }},
    {{ status }}
from {{ driftql.queue_state(queue) }} as requests
where request_id = {{ request_id }} and status = 'pending'
{%- else -%}
update {{ queue }}
set status = {{ status }}, updated_at = {{ updated_at }}
where request_id = {{ request_id }} and status = 'pending'
{%- endif -%}
{%- endmacro %}

{# Rows of a table are not updated in place; mutations_sync waits until the change is there.
   https://clickhouse.com/docs/sql-reference/statements/alter/update #}
{% macro clickhouse__mark_request(queue, request_id, status, updated_at) -%}
alter table {{ queue }}
update status = {{ status }}, updated_at = {{ updated_at }}
where request_id = {{ request_id }} and status = 'pending'
settings mutations_sync = 2
{%- endmacro %}

{#
  Mark the pending requests that meet a condition, such as request_id = '...', as labeled or skipped. `status` is a quoted
  text, `updated_at` a literal timestamp.
#}
{% macro mark_request(queue, condition, status, updated_at) %}
    {{ return(adapter.dispatch('mark_request', 'driftql')(queue, condition, status, updated_at)) }}
{% endmacro %}

{% macro default__mark_request(queue, condition, status, updated_at) -%}
{%- if driftql.appends_only() -%}
insert into {{ queue }} (
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
    status, row_id, monitor, source
)
select
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at,
    {{ updated_at }},
    {{ status }},
    row_id, monitor, source
from {{ driftql.queue_state(queue) }} as requests
where {{ condition }} and status = 'pending'
{%- else -%}
update {{ queue }}
set status = {{ status }}, updated_at = {{ updated_at }}
where {{ condition }} and status = 'pending'
{%- endif -%}
{%- endmacro %}

{# Rows of a table are not updated in place; mutations_sync waits until the change is there.
   https://clickhouse.com/docs/sql-reference/statements/alter/update #}
{% macro clickhouse__mark_request(queue, condition, status, updated_at) -%}
alter table {{ queue }}
update status = {{ status }}, updated_at = {{ updated_at }}
where {{ condition }} and status = 'pending'
settings mutations_sync = 2
{%- endmacro %}

{#
  Mark one pending request as labeled or skipped. `request_id` and `status` are quoted texts.
#}
{% macro mark_request(queue, request_id, status, updated_at) %}
    {{ return(adapter.dispatch('mark_request', 'driftql')(queue, request_id, status, updated_at)) }}
{% endmacro %}

{% macro default__mark_request(queue, request_id, status, updated_at) -%}
update {{ queue }}
set status = {{ status }}, updated_at = {{ updated_at }}
where request_id = {{ request_id }} and status = 'pending'
{%- endmacro %}

{#
  The labeling queue, created where it is missing.
#}
{% macro create_queue(queue) %}
    {{ return(adapter.dispatch('create_queue', 'driftql')(queue)) }}
{% endmacro %}

{% macro default__create_queue(queue) -%}
create table if not exists {{ queue }} (
    request_id varchar(36) not null,
    user_id varchar(512) not null,
    bucket_start_ts timestamp not null,
    bucket_end_ts timestamp not null,
    reason varchar(32) not null,
    confidence {{ driftql.type_double() }},
    predicted_label varchar(512),
    created_at timestamp not null,
    updated_at timestamp not null,
    status varchar(16) not null
)
{%- endmacro %}

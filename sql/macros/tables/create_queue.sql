{#
  The labeling queue, created where it is missing. A request asks for a row, where the table has ids of rows, else for a
  bucket of a user. `monitor` and `source` tell which check asked, and of which table.
#}
{% macro create_queue(queue) %}
    {{ return(adapter.dispatch('create_queue', 'driftql')(queue)) }}
{% endmacro %}

{% macro default__create_queue(queue) -%}
create table if not exists {{ queue }} (
    request_id {{ driftql.type_name(36) }} not null,
    user_id {{ driftql.type_text() }},
    bucket_start_ts {{ driftql.type_moment() }},
    bucket_end_ts {{ driftql.type_moment() }},
    reason {{ driftql.type_name(32) }} not null,
    confidence {{ driftql.type_double() }},
    predicted_label {{ driftql.type_text() }},
    created_at {{ driftql.type_moment() }} not null,
    updated_at {{ driftql.type_moment() }} not null,
    status {{ driftql.type_name(16) }} not null,
    row_id {{ driftql.type_text() }},
    monitor {{ driftql.type_text() }},
    source {{ driftql.type_text() }}
)
{%- endmacro %}

{# A table has an engine and an order there, and a column is never NULL unless its type says so.
   https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree #}
{% macro clickhouse__create_queue(queue) -%}
create table if not exists {{ queue }} (
    request_id {{ driftql.type_name(36) }},
    user_id {{ driftql.type_text() }},
    bucket_start_ts Nullable({{ driftql.type_moment() }}),
    bucket_end_ts Nullable({{ driftql.type_moment() }}),
    reason {{ driftql.type_name(32) }},
    confidence {{ driftql.type_double() }},
    predicted_label {{ driftql.type_text() }},
    created_at {{ driftql.type_moment() }},
    updated_at {{ driftql.type_moment() }},
    status {{ driftql.type_name(16) }},
    row_id {{ driftql.type_text() }},
    monitor {{ driftql.type_text() }},
    source {{ driftql.type_text() }}
)
engine = MergeTree
order by (created_at, request_id)
{%- endmacro %}

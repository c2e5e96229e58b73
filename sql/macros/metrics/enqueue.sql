{#
  Put rows of a window into the labeling queue: one statement. Where the rows have ids, each row is a request of its own;
  else a bucket of a user is. What has a pending request gets no second one.

  queue         the queue table
  source        the window
  user, bucket_start, bucket_end, confidence, label
                the window's columns or expressions; bucket_start and bucket_end are timestamps in UTC
  row_id        the id of a row as text, or '' where the rows have none
  reason        quoted: 'drift' or 'low_confidence'
  created_at    a literal timestamp
  condition     which rows may be asked for, such as '1 = 1' or a bound on the confidence
  max_rows      take at most this many of the least confident rows, or 0 for all; ties go by user, then bucket
  monitor, table
                which check asks, and the name of the table that it checks: quoted texts, or 'null'
#}
{% macro enqueue(queue, source, user, bucket_start, bucket_end, confidence, label, row_id, reason, created_at, condition, max_rows, monitor, table) %}
    {{ return(adapter.dispatch('enqueue', 'driftql')(queue, source, user, bucket_start, bucket_end, confidence, label, row_id, reason, created_at, condition, max_rows, monitor, table)) }}
{% endmacro %}

{% macro default__enqueue(queue, source, user, bucket_start, bucket_end, confidence, label, row_id, reason, created_at, condition, max_rows, monitor, table) -%}
{%- set keys = ['row_id'] if row_id else ['user_id', 'bucket_start_ts'] -%}
{%- set key = keys | join(', ') -%}
insert into {{ queue }} (
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
    status, row_id, monitor, source
)
with
-- 1. what a request says of a row
buckets as (
    select
        {{ driftql.as_text(user) }} as user_id,
        {{ bucket_start }} as bucket_start_ts,
        {{ bucket_end }} as bucket_end_ts,
        {{ confidence }} as confidence,
        {{ driftql.as_text(label) }} as predicted_label,
        {{ row_id or driftql.as_text('null') }} as row_id
    from {{ source }} as current_window
    where {{ row_id ~ ' is not null' if row_id else user ~ ' is not null and ' ~ bucket_start ~ ' is not null' }}
),
-- 2. the rows that may be asked for, least confident first
doubtful as (
    select user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label, row_id
    from buckets
    where {{ condition }}
{%- if max_rows %}
    order by case when confidence is null then 1 else 0 end, confidence, {{ key }}
    limit {{ max_rows }}
{%- endif %}
),
-- 3. each {{ 'row' if row_id else 'bucket' }} once
numbered as (
    select
        user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label, row_id,
        row_number() over (
            partition by {{ key }}
            order by case when confidence is null then 1 else 0 end, confidence, bucket_end_ts, predicted_label
        ) as place
    from doubtful
)

select
    {{ driftql.random_uuid() }},
    numbered.user_id,
    numbered.bucket_start_ts,
    coalesce(numbered.bucket_end_ts, {{ driftql.add_seconds('numbered.bucket_start_ts', 60) }}),
    {{ reason }},
    numbered.confidence,
    numbered.predicted_label,
    {{ created_at }},
    {{ created_at }},
    'pending',
    numbered.row_id,
    {{ driftql.as_text(monitor) }},
    {{ driftql.as_text(table) }}
from numbered
left join {{ driftql.queue_state(queue) }} as waiting
{%- for name in keys %}
    {{ 'on' if loop.first else 'and' }} waiting.{{ name }} = numbered.{{ name }}
{%- endfor %}
{%- if not row_id %}
    and waiting.row_id is null
{%- endif %}
    and waiting.status = 'pending'
where numbered.place = 1 and waiting.request_id is null
{{ driftql.ignore_conflicts('row' if row_id else 'bucket') }}
{{- driftql.query_settings() }}
{%- endmacro %}

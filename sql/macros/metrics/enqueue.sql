{#
  Put rows of a window into the labeling queue: one statement, and a bucket that has a pending request gets no second one.

  queue         the queue table
  source        the window
  user, bucket_start, bucket_end, confidence, label
                the window's columns or expressions; bucket_start and bucket_end are timestamps in UTC
  reason        quoted: 'drift' or 'low_confidence'
  created_at    a literal timestamp
  condition     which rows may be asked for, such as '1 = 1' or a bound on the confidence
  max_rows      take at most this many of the least confident rows, or 0 for all; ties go by user, then bucket
#}
{% macro enqueue(queue, source, user, bucket_start, bucket_end, confidence, label, reason, created_at, condition, max_rows) %}
    {{ return(adapter.dispatch('enqueue', 'driftql')(queue, source, user, bucket_start, bucket_end, confidence, label, reason, created_at, condition, max_rows)) }}
{% endmacro %}

{% macro default__enqueue(queue, source, user, bucket_start, bucket_end, confidence, label, reason, created_at, condition, max_rows) -%}
insert into {{ queue }} (
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at, status
)
with
-- 1. what a request says of a row
buckets as (
    select
        {{ driftql.as_text(user) }} as user_id,
        {{ bucket_start }} as bucket_start_ts,
        {{ bucket_end }} as bucket_end_ts,
        {{ confidence }} as confidence,
        {{ driftql.as_text(label) }} as predicted_label
    from {{ source }} as current_window
    where {{ user }} is not null and {{ bucket_start }} is not null
),
-- 2. the rows that may be asked for, least confident first
doubtful as (
    select user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label
    from buckets
    where {{ condition }}
{%- if max_rows %}
    order by case when confidence is null then 1 else 0 end, confidence, user_id, bucket_start_ts
    limit {{ max_rows }}
{%- endif %}
),
-- 3. each bucket once
numbered as (
    select
        user_id, bucket_start_ts, bucket_end_ts, confidence, predicted_label,
        row_number() over (
            partition by user_id, bucket_start_ts
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
    'pending'
from numbered
left join {{ driftql.queue_state(queue) }} as waiting
    on waiting.user_id = numbered.user_id
    and waiting.bucket_start_ts = numbered.bucket_start_ts
    and waiting.status = 'pending'
where numbered.place = 1 and waiting.request_id is null
{{ driftql.ignore_conflicts() }}
{{- driftql.query_settings() }}
{%- endmacro %}

{#
  Rows of a window whose texts meet a condition on user_id, predicted_label and row_id, such as one on their length: what
  the labeling queue leaves out. `row_id` is the id of a row as text, or ''. At most `max_rows` rows.
#}
{% macro long_rows(source, user, bucket_start, label, row_id, condition, max_rows) %}
    {{ return(adapter.dispatch('long_rows', 'driftql')(source, user, bucket_start, label, row_id, condition, max_rows)) }}
{% endmacro %}

{% macro default__long_rows(source, user, bucket_start, label, row_id, condition, max_rows) -%}
with
texts as (
    select
        {{ driftql.as_text(user) }} as user_id,
        {{ driftql.as_text(bucket_start) }} as bucket_start,
        {{ driftql.as_text(label) }} as predicted_label,
        {{ row_id or driftql.as_text('null') }} as row_id
    from {{ source }} as current_window
)

select user_id, bucket_start, row_id
from texts
where {{ condition }}
order by row_id, user_id, bucket_start
limit {{ max_rows }}
{%- endmacro %}

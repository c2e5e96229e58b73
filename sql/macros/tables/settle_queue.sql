{#
  Where nothing keeps two writers apart, both may ask for the same thing. So each of them, once its rows are committed,
  takes back what is double: of the pending requests for one thing the first one stays, and the others are deleted (or
  withdrawn by a further row, where rows can only be added). Whoever commits last sees all of them, and everybody keeps
  the same one. '' where an index or a lock makes it needless.
#}
{% macro settle_queue(queue) %}
    {{ return(adapter.dispatch('settle_queue', 'driftql')(queue)) }}
{% endmacro %}

{% macro default__settle_queue(queue) -%}
{%- if driftql.appends_only() -%}
insert into {{ queue }} (
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
    status, row_id, monitor, source
)
select
    request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
    'withdrawn', row_id, monitor, source
from (
    select
        request_id, user_id, bucket_start_ts, bucket_end_ts, reason, confidence, predicted_label, created_at, updated_at,
        row_id, monitor, source,
        row_number() over (
            partition by
                row_id,
                case when row_id is null then user_id end,
                case when row_id is null then bucket_start_ts end
            order by created_at, request_id
        ) as place
    from {{ driftql.queue_state(queue) }} as requests
    where status = 'pending'
) as ranked
where place > 1
{%- else -%}
delete from {{ queue }}
where request_id in (
    select request_id
    from (
        select
            request_id,
            row_number() over (
                partition by
                    row_id,
                    case when row_id is null then user_id end,
                    case when row_id is null then bucket_start_ts end
                order by created_at, request_id
            ) as place
        from {{ queue }}
        where status = 'pending'
    ) as ranked
    where place > 1
)
{%- endif -%}
{%- endmacro %}

{# A subquery of a delete holds no other one there. https://docs.databricks.com/aws/en/sql/language-manual/delta-delete-from #}
{% macro databricks__settle_queue(queue) -%}
delete from {{ queue }} as later
where later.status = 'pending' and exists (
    select 1
    from {{ queue }} as earlier
    where earlier.status = 'pending'
        and (
            earlier.row_id = later.row_id
            or (
                earlier.row_id is null
                and later.row_id is null
                and earlier.user_id = later.user_id
                and earlier.bucket_start_ts = later.bucket_start_ts
            )
        )
        and (
            earlier.created_at < later.created_at
            or (earlier.created_at = later.created_at and earlier.request_id < later.request_id)
        )
)
{%- endmacro %}

{# A unique index rules over it. https://duckdb.org/docs/stable/sql/indexes #}
{% macro duckdb__settle_queue(queue) -%}
{%- endmacro %}

{# A unique index rules over it. https://www.postgresql.org/docs/current/indexes-partial.html #}
{% macro postgres__settle_queue(queue) -%}
{%- endmacro %}

{# A lock rules over it. https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html #}
{% macro redshift__settle_queue(queue) -%}
{%- endmacro %}

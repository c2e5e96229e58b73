{#
  The rule that nothing is asked for twice at the same time: a unique index over the pending requests. `by` = 'bucket': of
  the user and the start of the bucket, for requests without the id of a row; 'row': of that id. `index_name` is a quoted
  name. Engines that enforce no uniqueness get '' and rely on the insert's own condition.
#}
{% macro create_queue_rule(queue, index_name, by) %}
    {{ return(adapter.dispatch('create_queue_rule', 'driftql')(queue, index_name, by)) }}
{% endmacro %}

{% macro default__create_queue_rule(queue, index_name, by) -%}
{%- endmacro %}

{# It has no partial indexes: the expressions are NULL for all other requests, and NULLs are never equal.
   https://duckdb.org/docs/stable/sql/indexes #}
{% macro duckdb__create_queue_rule(queue, index_name, by) -%}
{%- if by == 'row' -%}
create unique index if not exists {{ index_name }} on {{ queue }} ((case when status = 'pending' then row_id end))
{%- else -%}
create unique index if not exists {{ index_name }} on {{ queue }} (
    (case when status = 'pending' and row_id is null then user_id end),
    (case when status = 'pending' and row_id is null then bucket_start_ts end)
)
{%- endif -%}
{%- endmacro %}

{# It enforces unique indexes over a part of a table. https://www.postgresql.org/docs/current/indexes-partial.html #}
{% macro postgres__create_queue_rule(queue, index_name, by) -%}
{%- if by == 'row' -%}
create unique index if not exists {{ index_name }} on {{ queue }} (row_id)
where status = 'pending'
{%- else -%}
create unique index if not exists {{ index_name }} on {{ queue }} (user_id, bucket_start_ts)
where status = 'pending' and row_id is null
{%- endif -%}
{%- endmacro %}

{# Its indexes enforce nothing. https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html #}
{% macro redshift__create_queue_rule(queue, index_name, by) -%}
{%- endmacro %}

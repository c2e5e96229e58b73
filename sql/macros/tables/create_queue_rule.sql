{#
  The rule that a bucket has at most one pending request: a unique index over expressions that are NULL for a request
  that is labeled or skipped, since NULLs are never equal. `index_name` is a quoted name. Engines that enforce no
  uniqueness get '' and rely on the insert's own condition.
#}
{% macro create_queue_rule(queue, index_name) %}
    {{ return(adapter.dispatch('create_queue_rule', 'driftql')(queue, index_name)) }}
{% endmacro %}

{% macro default__create_queue_rule(queue, index_name) -%}
{%- endmacro %}

{# It enforces unique indexes over expressions. https://duckdb.org/docs/stable/sql/indexes #}
{% macro duckdb__create_queue_rule(queue, index_name) -%}
create unique index if not exists {{ index_name }} on {{ queue }} (
    (case when status = 'pending' then user_id end),
    (case when status = 'pending' then bucket_start_ts end)
)
{%- endmacro %}

{# It enforces unique indexes over a part of a table. https://www.postgresql.org/docs/current/indexes-partial.html #}
{% macro postgres__create_queue_rule(queue, index_name) -%}
create unique index if not exists {{ index_name }} on {{ queue }} (user_id, bucket_start_ts)
where status = 'pending'
{%- endmacro %}

{# Its indexes enforce nothing. https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html #}
{% macro redshift__create_queue_rule(queue, index_name) -%}
{%- endmacro %}

{#
  The end of an insert that leaves out rows which the unique index of create_queue_rule refuses: what another writer
  inserted meanwhile. `by` is the index's. '' where the engine has no such index, or where the statement is tried again.
#}
{% macro ignore_conflicts(by) %}
    {{ return(adapter.dispatch('ignore_conflicts', 'driftql')(by)) }}
{% endmacro %}

{% macro default__ignore_conflicts(by) -%}
{%- endmacro %}

{# It waits for the other writer to end, and inserts the rest; without that index the insert fails.
   https://www.postgresql.org/docs/current/sql-insert.html #}
{% macro postgres__ignore_conflicts(by) -%}
{%- if by == 'row' -%}
on conflict (row_id) where status = 'pending' do nothing
{%- else -%}
on conflict (user_id, bucket_start_ts) where status = 'pending' and row_id is null do nothing
{%- endif -%}
{%- endmacro %}

{# It has neither enforced indexes nor ON CONFLICT. https://docs.aws.amazon.com/redshift/latest/dg/r_INSERT_30.html #}
{% macro redshift__ignore_conflicts(by) -%}
{%- endmacro %}

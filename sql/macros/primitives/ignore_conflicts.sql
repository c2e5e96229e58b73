{#
  The end of an insert that leaves out rows which a unique index refuses: what another writer inserted meanwhile. '' where
  the engine has no such index, or where the statement is tried again.
#}
{% macro ignore_conflicts() %}
    {{ return(adapter.dispatch('ignore_conflicts', 'driftql')()) }}
{% endmacro %}

{% macro default__ignore_conflicts() -%}
{%- endmacro %}

{# It waits for the other writer to end, and inserts the rest. https://www.postgresql.org/docs/current/sql-insert.html #}
{% macro postgres__ignore_conflicts() -%}
on conflict do nothing
{%- endmacro %}

{# It has neither enforced indexes nor ON CONFLICT. https://docs.aws.amazon.com/redshift/latest/dg/r_INSERT_30.html #}
{% macro redshift__ignore_conflicts() -%}
{%- endmacro %}

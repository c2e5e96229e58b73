{# Open a transaction that adapter.commit() commits; dbt commits only a transaction that it knows of. #}
{% macro _open_transaction() %}
    {{ return(adapter.dispatch('_open_transaction', 'driftql')()) }}
{% endmacro %}

{% macro default___open_transaction() %}
    {%- call statement('driftql_begin', auto_begin=true) -%} select 1 {%- endcall -%}
{% endmacro %}

{#
  Before hooks that run after the commit, dbt commits once more by a statement of its own, and then still believes that its
  transaction is open: auto_begin opens none. A second `begin` is only a warning here.
  https://www.postgresql.org/docs/current/sql-begin.html
#}
{% macro postgres___open_transaction() %}
    {%- call statement('driftql_begin', auto_begin=true) -%} begin {%- endcall -%}
{% endmacro %}

{#
  Run statements in one transaction of their own. Return '', or what the database refused them for: then nothing is written.
  Where a database cannot catch an error, the error ends the hook.

  statements  a list; what is empty is left out
#}
{% macro _write_together(statements) %}
    {%- set texts = [] -%}
    {%- for sql in statements if sql | trim -%}
        {%- do texts.append(sql | trim) -%}
    {%- endfor -%}
    {{ return(adapter.dispatch('_write_together', 'driftql')(texts) if texts else '') }}
{% endmacro %}

{% macro default___write_together(statements) %}
    {{ return(driftql._write_plainly(statements)) }}
{% endmacro %}

{# A block catches the error and undoes what it has written; a setting of the session tells what the error was.
   https://www.postgresql.org/docs/current/plpgsql-control-structures.html#PLPGSQL-ERROR-TRAPPING #}
{% macro postgres___write_together(statements) %}
    {%- set text = statements | join('\n;\n') -%}
    {%- set mark = '$driftql_' ~ local_md5(text) ~ '$' -%}
    {%- set block -%}
do {{ mark }}
begin
perform set_config('driftql.failure', '', false);
{{ text }}
;
exception when others then
    perform set_config('driftql.failure', sqlerrm, false);
end
{{ mark }}
    {%- endset -%}
    {%- do driftql._write_plainly([block]) -%}
    {{ return(driftql._fetch_rows("select current_setting('driftql.failure', true) as failure")[0]['failure'] or '') }}
{% endmacro %}

{# It has no blocks that a client can send. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html #}
{% macro redshift___write_together(statements) %}
    {{ return(driftql._write_plainly(statements)) }}
{% endmacro %}

{# Run statements in one transaction; an error ends the hook. #}
{% macro _write_plainly(statements) %}
    {#- dbt commits what a hook has written only where it knows of a transaction. -#}
    {%- do driftql._open_transaction() -%}
    {%- for sql in statements -%}
        {%- do driftql._execute(sql) -%}
    {%- endfor -%}
    {%- do adapter.commit() -%}
    {{ return('') }}
{% endmacro %}

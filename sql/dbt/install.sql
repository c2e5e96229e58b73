{#
  Create the tables of runs, metrics and telemetry and the labeling queue, where they are missing:

      dbt run-operation driftql.install

  record_drift does the same. In a project with several threads, `on-run-start: "{{ driftql.install() }}"` keeps the first
  checks from creating the same tables at once.
#}
{% macro install() %}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars()) -%}
    {%- set prefix, queue = settings['history']['prefix'], settings['queue'] -%}
    {#- dbt commits what an operation or a hook has written only where it knows of a transaction. -#}
    {%- do driftql._open_transaction() -%}
    {%- do driftql._create_tables(settings, queue['enabled']) -%}
    {%- do adapter.commit() -%}
    {%- set tables = prefix ~ 'runs, ' ~ prefix ~ 'metrics, ' ~ prefix ~ 'telemetry' -%}
    {%- set tables = tables ~ (' and ' ~ queue['table'] if queue['enabled'] else '') -%}
    {%- do log('driftql: tables ' ~ tables ~ ' are in ' ~ driftql._own_table(settings, 'any').schema, info=true) -%}
{% endmacro %}

{#
  Create the tables of runs, metrics and telemetry and the labeling queue, where they are missing:

      dbt run-operation driftql.install

  Checks do the same when they have something to write.
#}
{% macro install() %}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars()) -%}
    {%- set prefix, queue = settings['history']['prefix'], settings['queue'] -%}
    {%- set problem = driftql._create_history(settings) or (driftql._create_queue(settings) if queue['enabled'] else '') -%}
    {%- if problem -%}
        {{ driftql._raise_error(problem) }}
    {%- endif -%}
    {%- set tables = prefix ~ 'runs, ' ~ prefix ~ 'metrics, ' ~ prefix ~ 'telemetry' -%}
    {%- set tables = tables ~ (' and ' ~ queue['table'] if queue['enabled'] else '') -%}
    {%- do log('driftql: tables ' ~ tables ~ ' are in ' ~ driftql._own_table(settings, 'any').schema, info=true) -%}
{% endmacro %}

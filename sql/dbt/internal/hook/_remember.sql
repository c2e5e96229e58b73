{#
  Keep what a check has found until dbt's run ends, when write_runs writes it. Models are built side by side, each in a
  transaction of its own, and tables that all of them write to would let one model wait for another, or fail.

  entry  what _run_check returns
#}
{% macro _remember(entry) %}
    {#- What a project says of `models: driftql:` holds for the hooks of the package, too. -#}
    {%- if 'operation.driftql.driftql-on-run-end-0' not in graph.nodes -%}
        {%- do exceptions.warn(
            'driftql: ' ~ entry['monitor'] ~ ": the run is not recorded: dbt has switched off the package's on-run-end; in "
            ~ "dbt_project.yml, write '+enabled: false' under the names of its models (models: driftql: driftql_alerts), not under "
            ~ "'models: driftql:'"
        ) -%}
    {%- endif -%}
    {#- dbt has no variable that hooks share, but all of them see the same graph. -#}
    {%- do graph.setdefault('driftql ' ~ invocation_id, []).append(entry) -%}
{% endmacro %}

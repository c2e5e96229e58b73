{#
  Keep what a check has found until dbt's run ends, when write_runs writes it. Models are built side by side, each in a
  transaction of its own, and tables that all of them write to would let one model wait for another, or fail.

  entry  what _run_check returns
#}
{% macro _remember(entry) %}
    {#- dbt has no variable that hooks share, but all of them see the same graph. -#}
    {%- do graph.setdefault('driftql ' ~ invocation_id, []).append(entry) -%}
{% endmacro %}

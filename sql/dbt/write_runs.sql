{#
  Write what the hooks and tests of this run of dbt have found. The package's own on-run-end calls it, when all models are
  built; nobody else needs to.

  What a model's transaction has undone is not written: the rows that were checked are not there.
#}
{% macro write_runs() %}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set undone = [] -%}
    {%- for result in results if result.status | string in ('error', 'runtime error', 'skipped') -%}
        {%- do undone.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set entries = [] -%}
    {%- for entry in graph.pop('driftql ' ~ invocation_id, []) if not entry['needs_success'] or entry['node_id'] not in undone -%}
        {%- do entries.append(entry) -%}
    {%- endfor -%}
    {%- do driftql._write_entries(entries) -%}
    {#- dbt 2 runs what a hook returns, and has refused an empty text. -#}
    {{ return('' if dbt_version.startswith('1.') else 'select 1') }}
{% endmacro %}

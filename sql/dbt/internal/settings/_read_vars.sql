{#
  Return what vars say under `driftql`, for _merge_settings: of the packages, of the project and of the command line, the
  strongest last. dbt itself would let --vars replace the project's whole dictionary.
#}
{% macro _read_vars() %}
    {%- set sources = [] -%}
    {#- Beside dbt-core 1 this may not exist. -#}
    {%- if var.packages_for_node is defined -%}
        {%- for project in var.packages_for_node() -%}
            {%- set given = project.vars.to_dict() -%}
            {%- for scope in (given, given.get(project.project_name)) if scope is mapping and scope.get('driftql') is mapping -%}
                {%- do sources.append(["vars: driftql", scope['driftql']]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do sources.append(["vars: driftql", var('driftql', none) or {}]) -%}
    {{ return(sources) }}
{% endmacro %}

{#
  Return whether a relation that a generic test reads does not exist yet, where dbt only writes SQL.

  model  a relation; or, with `where`, a query in parentheses with its alias
#}
{% macro _is_not_built(model, settings) %}
    {%- if not driftql._only_compiles() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set relations = [settings['reference']['relation']] -%}
    {%- if model is string -%}
        {%- set node = driftql._tested_node() -%}
        {%- do relations.append(api.Relation.create(
            database=node['database'], schema=node['schema'], identifier=node.get('alias') or node.get('identifier')
        )) if node -%}
    {%- else -%}
        {%- do relations.append(model) -%}
    {%- endif -%}
    {%- for relation in relations if relation is not none and driftql._find_relation(relation, 'a test') is none -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}

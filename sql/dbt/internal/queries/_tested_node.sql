{# Return what dbt knows of the model or source that a generic test tests; an empty dictionary where it is not found. #}
{% macro _tested_node() %}
    {%- set attached = model.get('attached_node') -%}
    {%- if attached -%}
        {{ return(graph.nodes.get(attached) or {}) }}
    {%- endif -%}
    {#- A test of a source is attached to nothing; its first argument names the source. -#}
    {%- set kwargs = (model.get('test_metadata') or {}).get('kwargs') or {} -%}
    {%- set found = modules.re.search("source\\('([^']+)', '([^']+)'\\)", kwargs.get('model') or '') -%}
    {%- if found -%}
        {%- for node in graph.sources.values() if node['source_name'] == found.group(1) and node['name'] == found.group(2) -%}
            {{ return(node) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return({}) }}
{% endmacro %}

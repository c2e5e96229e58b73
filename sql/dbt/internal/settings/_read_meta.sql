{# Return what the meta of a model or source says under `driftql`. #}
{% macro _read_meta(node) %}
    {%- set meta = (node.get('config') or {}).get('meta') or node.get('meta') or {} -%}
    {{ return(meta.get('driftql') or {}) }}
{% endmacro %}

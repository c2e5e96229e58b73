{#
  Check any relation, and record the run at once:

      dbt run-operation driftql.record_drift --args '{relation: airport.flights, current: {last: 7d}}'

  name   the public macro's, for errors
  given  options and their values, and `relation`: the name of a model, a source and its table, or schema.table
#}
{% macro _run_operation(name, given) %}
    {%- set options = dict(given) -%}
    {%- set relation_name = options.pop('relation', none) -%}
    {%- if relation_name is none -%}
        {{ driftql._raise_error(
            name ~ ": there is no relation to check; write --args '{relation: schema.table}', or call " ~ name
            ~ " in a model's post_hook"
        ) }}
    {%- endif -%}
    {%- set node = driftql._find_node(relation_name) -%}
    {%- if node -%}
        {%- set relation = source(node['source_name'], node['name']) if node['resource_type'] == 'source' else ref(node['name']) -%}
    {%- else -%}
        {%- set relation = relation_name -%}
    {%- endif -%}
    {%- set relation = driftql._find_relation(relation, name) -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars() + [
        ["meta: driftql of " ~ relation_name, driftql._read_meta(node)], [name ~ " of " ~ relation_name, options]
    ]) -%}
    {%- set monitor = settings['monitor'] or node.get('name') or relation.identifier -%}
    {%- set reason = driftql._why_not_checked(settings) -%}
    {%- if reason -%}
        {%- do log('driftql: ' ~ monitor ~ ': not checked: ' ~ reason, info=true) -%}
        {{ return('') }}
    {%- endif -%}
    {%- set entry = driftql._run_check(settings, relation, monitor, node.get('unique_id'), true) -%}
    {%- if entry is none -%}
        {{ return('') }}
    {%- endif -%}
    {%- do driftql._write_entries([entry]) -%}
    {%- do driftql._announce(entry, settings['on_drift'], settings['on_not_computed']) -%}
    {{ return('') }}
{% endmacro %}


{# Return the model (by its name) or the source (by its name and the table's) that dbt knows; an empty dictionary for others. #}
{% macro _find_node(name) %}
    {%- if name is string -%}
        {%- for node in graph.nodes.values() if node['name'] == name and node['resource_type'] in ('model', 'seed', 'snapshot') -%}
            {{ return(node) }}
        {%- endfor -%}
        {%- for node in graph.sources.values() if node['source_name'] ~ '.' ~ node['name'] == name -%}
            {{ return(node) }}
        {%- endfor -%}
    {%- endif -%}
    {{ return({}) }}
{% endmacro %}

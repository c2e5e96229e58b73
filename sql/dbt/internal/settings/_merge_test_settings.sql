{#
  Merge the settings of a generic test: vars, the meta of the model or source that is tested, and the test's own arguments.

  name   the test's name, for errors
  given  list of dictionaries of options, the strongest last
#}
{% macro _merge_test_settings(name, given) %}
    {%- set node = driftql._tested_node() -%}
    {%- set sources = driftql._read_vars() + [["meta: driftql of " ~ node.get('name'), driftql._read_meta(node)]] -%}
    {%- for options in given -%}
        {%- do sources.append([name, options]) -%}
    {%- endfor -%}
    {{ return(driftql._merge_settings(sources)) }}
{% endmacro %}

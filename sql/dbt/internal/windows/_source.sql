{#
  Return what the windows are made from: a dictionary of `columns`, `source` (what to call it) and `sql` (what stands after
  `from`).

  relation  a relation; or, in a generic test with `where`, a query in parentheses with its alias
#}
{% macro _source(relation) %}
    {%- if relation is string -%}
        {{ return({'columns': driftql._read_columns(relation), 'source': 'the model', 'sql': '(select * from ' ~ relation ~ ')'}) }}
    {%- endif -%}
    {%- set sql = relation | string -%}
    {#- With --empty or --sample a relation is a query, and on some databases one with an alias; a second alias is an error. -#}
    {%- set sql = '(select * from ' ~ sql ~ ')' if sql.startswith('(') else sql -%}
    {#- A source of dbt-duckdb can be a file, whose columns only a query knows. -#}
    {%- set readable = sql ~ ' as external' if relation.external else relation -%}
    {{ return({
        'columns': driftql._read_columns(readable),
        'source': relation.schema ~ '.' ~ relation.identifier,
        'sql': sql
    }) }}
{% endmacro %}

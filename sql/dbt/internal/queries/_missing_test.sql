{#
  Write the results of the check of missing values, for a generic test; stop where the model has nothing to look at.

  column  the one column that is looked at, whatever it is for; none: all that a check compares
#}
{% macro _missing_test(name, column, resolved) %}
    {%- set layout = resolved['layout'] -%}
    {%- set missing = driftql._missing_columns(resolved) -%}
    {%- if column is not none -%}
        {%- set ref, cur = layout['bases'] -%}
        {%- set found = driftql._find_column(column, ref['columns'], name, ref['source']) -%}
        {%- set beside = driftql._find_column(column, cur['columns'], name, cur['source']) -%}
        {%- set quoted, literal = driftql._quote(found['name']), driftql._literal(found['name']) | trim -%}
        {%- set missing = [[literal, driftql._literal('missing') | trim, 'missing', quoted]] -%}
        {%- if found['kind'] == beside['kind'] == 'float' -%}
            {%- do missing.append([literal, driftql._literal('NaN or infinite') | trim, 'non_finite', quoted]) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if not missing -%}
        {{ driftql._raise_error(name ~ ": the model has no column to check; put the test under a column") }}
    {%- endif -%}
    {{ return(driftql._union_queries([driftql.missing_query(
        resolved['reference']['sql'], resolved['current']['sql'], missing, layout['is_list'], resolved['rules']
    )])) }}
{% endmacro %}

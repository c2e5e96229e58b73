{#
  Return the column of a role that the settings name. Of all roles but the label, only the current window's column is read,
  and the time where the reference is a range of it; so the reference may lack the others.
#}
{% macro _named_role(role, option, name, ref, cur, notes) %}
    {%- set what = "the option '" ~ option ~ "'" -%}
    {%- set cur_column = driftql._find_column(name, cur['columns'], what, cur['source']) -%}
    {%- set ref_column = driftql._find_column(name, ref['columns'], what if role == 'label' else none, ref['source']) -%}
    {%- for column, source in [[ref_column, ref['source']], [cur_column, cur['source']]] if column is not none -%}
        {%- if not driftql._fits_role(column, role) -%}
            {{ driftql._raise_error(
                "the column '" ~ column['name'] ~ "' of " ~ source ~ " is " ~ column['type'] ~ ", but '" ~ option ~ "' needs "
                ~ driftql._role_needs(role)
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do notes['only_current'].append(cur_column) if ref_column is none -%}
    {{ return(dict(cur_column, name=(ref_column or cur_column)['name'])) }}
{% endmacro %}

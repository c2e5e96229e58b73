{#
  Write the label so that equal values have equal texts, whatever types the relations have: 1, 1.0 and true are one class.

  Returns an expression; where the relations need different ones, a list of both.
#}
{% macro _label_value(layout, ref, cur) %}
    {%- if layout['label'] is none -%}
        {{ return('null') }}
    {%- endif -%}
    {%- set name = layout['label']['name'] -%}
    {%- set columns = driftql._label_columns(layout, ref, cur) -%}
    {%- set values = [] -%}
    {%- for own, beside in [columns, columns | reverse | list] -%}
        {%- do values.append(driftql._value_by_kind(name, own, beside)) -%}
    {%- endfor -%}
    {{ return(values[0] if values[0] == values[1] else values) }}
{% endmacro %}

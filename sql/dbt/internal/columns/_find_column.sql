{#
  Return the column of a name, exactly or but for capitals.

  what    what the column is for, for the error where there is none; none: return none in that case
  source  what to call the relation in an error
#}
{% macro _find_column(name, columns, what, source) %}
    {%- set found = [] -%}
    {%- for column in columns if column['name'] | lower == name | string | lower -%}
        {%- do found.insert(0 if column['name'] == name else found | length, column) -%}
    {%- endfor -%}
    {%- if found -%}
        {{ return(found[0]) }}
    {%- elif what -%}
        {%- set near = driftql._nearest_name(name, columns | map(attribute='name') | list) -%}
        {{ driftql._raise_error(
            source ~ " has no column '" ~ name ~ "' for " ~ what ~ ("; did you mean '" ~ near ~ "'?" if near else "")
        ) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

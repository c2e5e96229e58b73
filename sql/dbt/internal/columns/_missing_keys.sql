{#
  List which of user and bucket_start missing values are compared of: both windows have the column, and rows without it. In a note
  it is said of which they are not.
#}
{% macro _missing_keys(resolved, found) %}
    {%- set layout, keys = resolved['layout'], [] -%}
    {%- set alone = layout['only_current'] | map(attribute='name') | list -%}
    {%- for key in ('user', 'bucket_start') if layout[key] is not none -%}
        {%- set name = layout[key]['name'] -%}
        {%- if name in alone -%}
            {%- do found['notes'].append('missing values of ' ~ name ~ ': the reference window has no such column') -%}
        {%- elif key == 'user' or not driftql._timeless(resolved) -%}
            {%- do keys.append(key) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(keys) }}
{% endmacro %}

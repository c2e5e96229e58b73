{# List the columns that a name or a glob means, whatever their capitals; a name that is there exactly means itself alone. #}
{% macro _match_columns(pattern, columns) %}
    {%- set found = columns | selectattr('name', 'equalto', pattern) | list -%}
    {%- if found -%}
        {{ return(found) }}
    {%- endif -%}
    {%- set expression = '^' ~ modules.re.escape(pattern | string | lower) | replace('\\*', '.*') | replace('\\?', '.') ~ '$' -%}
    {%- for column in columns if modules.re.match(expression, column['name'] | lower) -%}
        {%- do found.append(column) -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

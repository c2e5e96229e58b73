{# Return whether a check is switched on: by the option `enabled`, and by the variable driftql_enabled. #}
{% macro _is_enabled(settings) %}
    {%- for name, value in [['enabled', settings['enabled']], ['the variable driftql_enabled', var('driftql_enabled', true)]] -%}
        {#- A variable may be text: dbt renders "{{ target.name == 'prod' }}" to True or False. -#}
        {%- set word = value | string | lower | trim -%}
        {%- if word not in ('true', 'false') -%}
            {{ driftql._raise_error(name ~ " is " ~ value ~ "; write true or false") }}
        {%- elif word == 'false' -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

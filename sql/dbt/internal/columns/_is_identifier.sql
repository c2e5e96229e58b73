{# Return whether a name is that of an identifier, whose numbers mean nothing. #}
{% macro _is_identifier(name) %}
    {%- set pattern = '(id|uuid|rowid|index|level_[0-9]+|unnamed: [0-9]+|__index_level_[0-9]+__|.*_id)' -%}
    {{ return(modules.re.fullmatch(pattern, name | lower) is not none or name.endswith('Id')) }}
{% endmacro %}

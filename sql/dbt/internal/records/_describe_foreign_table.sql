{# Say why a table is not driftql's, although it has the name of one: columns are missing. Return '' where it is. #}
{% macro _describe_foreign_table(relation, wanted, what) %}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- set missing = wanted | reject('in', present) | list -%}
    {%- if missing -%}
        {{ return(
            "the table " ~ relation ~ " is not " ~ what ~ " of driftql: it lacks the columns " ~ missing | join(', ')
            ~ "; name another with history.prefix or queue.table"
        ) }}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}

{# Create the schema that `history` names, where it is missing. The target's own schema is there: dbt creates it. #}
{% macro _create_own_schema(settings, relation) %}
    {%- if settings['history']['schema'] is not none
            and not adapter.check_schema_exists(relation.database, relation.schema) -%}
        {%- do driftql._open_transaction() -%}
        {%- do dbt.create_schema(relation.without_identifier()) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
{% endmacro %}

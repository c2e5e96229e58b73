{# Return the relation of a table that driftql writes: in the target's schema, unless `history` names another. #}
{% macro _own_table(settings, name) %}
    {%- set place = settings['history'] -%}
    {{ return(api.Relation.create(
        database=place['database'] or target.database, schema=place['schema'] or target.schema, identifier=name, type='table'
    )) }}
{% endmacro %}

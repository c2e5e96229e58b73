{#
  Return a relation that exists: one that ref() or source() returned, or the one that a text such as schema.table names.
  Return none where it does not exist and nothing is to be run: `dbt compile` and `dbt docs generate` write SQL before the
  first run, too.

  what  what to call it in an error
#}
{% macro _find_relation(relation, what) %}
    {%- if relation is string -%}
        {%- set parts = relation.split('.') -%}
        {%- set found = adapter.get_relation(
            database=parts[-3] if parts | length > 2 else target.database,
            schema=parts[-2] if parts | length > 1 else target.schema,
            identifier=parts[-1]
        ) -%}
        {%- if found is none and not driftql._only_compiles() -%}
            {{ driftql._raise_error(
                "there is no relation '" ~ relation ~ "' for " ~ what ~ "; write schema.table, or ref('model') in place of it"
            ) }}
        {%- endif -%}
        {{ return(found) }}
    {%- elif not driftql._is_relation(relation) -%}
        {{ driftql._raise_error(
            what ~ " is " ~ relation ~ "; write ref('model'), source('source', 'table') or schema.table as text"
        ) }}
    {%- elif relation.is_cte -%}
        {{ driftql._raise_error(
            relation.identifier ~ " is ephemeral, so its columns cannot be read; materialize it as a table or a view"
        ) }}
    {%- endif -%}
    {#- A source of dbt-duckdb can be a file. -#}
    {%- if relation.external or load_relation(relation) is not none -%}
        {{ return(relation) }}
    {%- elif not driftql._only_compiles() -%}
        {{ driftql._raise_error("there is no relation " ~ relation ~ " for " ~ what ~ "; build it first") }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

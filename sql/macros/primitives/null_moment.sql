{#
  A moment that is not known.
#}
{% macro null_moment() %}
    {{ return(adapter.dispatch('null_moment', 'driftql')()) }}
{% endmacro %}

{% macro default__null_moment() -%}
cast(null as {{ driftql.type_moment() }})
{%- endmacro %}

{# Without Nullable a NULL cannot be cast. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions #}
{% macro clickhouse__null_moment() -%}
cast(null as Nullable({{ driftql.type_moment() }}))
{%- endmacro %}

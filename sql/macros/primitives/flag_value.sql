{#
  A boolean as 0 or 1; NULL stays NULL.
#}
{% macro flag_value(value) %}
    {{ return(adapter.dispatch('flag_value', 'driftql')(value)) }}
{% endmacro %}

{% macro default__flag_value(value) -%}
cast({{ value }} as integer)
{%- endmacro %}

{# Without Nullable a NULL cannot be cast. https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions #}
{% macro clickhouse__flag_value(value) -%}
cast({{ value }} as Nullable(Int32))
{%- endmacro %}

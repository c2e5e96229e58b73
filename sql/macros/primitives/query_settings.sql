{#
  What a statement asks of its engine, at its very end; '' where standard SQL is what the engine speaks anyway.
#}
{% macro query_settings() %}
    {{ return(adapter.dispatch('query_settings', 'driftql')()) }}
{% endmacro %}

{% macro default__query_settings() -%}
{%- endmacro %}

{# Unless asked, a row without a partner in an outer join has '' and 0 in place of NULL, and a name means the result's
   column before the table's, so that max(x) as x hides x from the rest of the select.
   https://clickhouse.com/docs/operations/settings/settings#join_use_nulls #}
{% macro clickhouse__query_settings() %}
settings join_use_nulls = 1, prefer_column_name_to_alias = 1
{%- endmacro %}

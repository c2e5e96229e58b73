{# Quote the name of a column. What dbt's adapters write around a name does not mask a quote inside of it. #}
{% macro _quote(name) %}
    {{ return(adapter.dispatch('_quote', 'driftql')(name)) }}
{% endmacro %}

{% macro default___quote(name) %}
    {{ return('"' ~ name | replace('"', '""') ~ '"') }}
{% endmacro %}

{# A name has the escapes of a text. https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#quoted_identifiers #}
{% macro bigquery___quote(name) %}
    {{ return('`' ~ name | replace('\\', '\\\\') | replace('`', '\\`') ~ '`') }}
{% endmacro %}

{# A name has the escapes of a text. https://clickhouse.com/docs/sql-reference/syntax#identifiers #}
{% macro clickhouse___quote(name) %}
    {{ return('"' ~ name | replace('\\', '\\\\') | replace('"', '\\"') ~ '"') }}
{% endmacro %}

{# Backticks, doubled inside. https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-identifiers#delimited-identifiers #}
{% macro databricks___quote(name) %}
    {{ return('`' ~ name | replace('`', '``') ~ '`') }}
{% endmacro %}

{# Backticks, doubled inside. https://spark.apache.org/docs/latest/sql-ref-identifier.html #}
{% macro spark___quote(name) %}
    {{ return('`' ~ name | replace('`', '``') ~ '`') }}
{% endmacro %}

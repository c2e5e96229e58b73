{#
  A text that is equal to another only if all characters are, and sorts by their codes, whatever the collation of its column.
#}
{% macro exact_text(value) %}
    {{ return(adapter.dispatch('exact_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__exact_text(value) -%}
{{ value }}
{%- endmacro %}

{# The empty collation takes a column's own one away. https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#collate #}
{% macro bigquery__exact_text(value) -%}
collate({{ value }}, '')
{%- endmacro %}

{# https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-collation #}
{% macro databricks__exact_text(value) -%}
({{ value }} collate utf8_binary)
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/expressions/collations #}
{% macro duckdb__exact_text(value) -%}
({{ value }} collate c)
{%- endmacro %}

{# "C" compares bytes, and is the quickest. https://www.postgresql.org/docs/current/collation.html #}
{% macro postgres__exact_text(value) -%}
({{ value }} collate "C")
{%- endmacro %}

{# https://docs.aws.amazon.com/redshift/latest/dg/r_COLLATE.html #}
{% macro redshift__exact_text(value) -%}
collate({{ value }}, 'case_sensitive')
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/collate #}
{% macro snowflake__exact_text(value) -%}
collate({{ value }}, '')
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#collate #}
{% macro spark__exact_text(value) -%}
({{ value }} collate utf8_binary)
{%- endmacro %}

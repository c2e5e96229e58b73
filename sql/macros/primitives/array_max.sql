{#
  The largest element of a list column.
#}
{% macro array_max(value) %}
    {{ return(adapter.dispatch('array_max', 'driftql')(value)) }}
{% endmacro %}

{% macro default__array_max(value) -%}
(select max(element) from unnest({{ value }}) as elements(element))
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/arrays #}
{% macro bigquery__array_max(value) -%}
(select max(element) from unnest({{ value }}) as element)
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/array-functions#arraymax #}
{% macro clickhouse__array_max(value) -%}
arrayMax({{ value }})
{%- endmacro %}

{# A function of the list, in place of a correlated subquery a row. https://duckdb.org/docs/stable/sql/functions/list #}
{% macro duckdb__array_max(value) -%}
list_max({{ value }})
{%- endmacro %}

{# Its lists are SUPER values, which it unnests in a FROM clause only. https://docs.aws.amazon.com/redshift/latest/dg/query-super.html #}
{% macro redshift__array_max(value) -%}
{{ exceptions.raise_compiler_error('Redshift: a list column of probabilities cannot be read; give one column per class') }}
{%- endmacro %}

{# It has no UNNEST. https://docs.snowflake.com/en/sql-reference/functions/array_max #}
{% macro snowflake__array_max(value) -%}
array_max({{ value }})
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#array_max #}
{% macro spark__array_max(value) -%}
array_max({{ value }})
{%- endmacro %}

{# https://trino.io/docs/current/functions/array.html#array_max #}
{% macro trino__array_max(value) -%}
array_max({{ value }})
{%- endmacro %}

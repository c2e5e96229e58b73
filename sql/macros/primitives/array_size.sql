{#
  The number of elements of a list column, NULL elements included.
#}
{% macro array_size(value) %}
    {{ return(adapter.dispatch('array_size', 'driftql')(value)) }}
{% endmacro %}

{% macro default__array_size(value) -%}
cardinality({{ value }})
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/array_functions#array_length #}
{% macro bigquery__array_size(value) -%}
array_length({{ value }})
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/array-functions#length #}
{% macro clickhouse__array_size(value) -%}
length({{ value }})
{%- endmacro %}

{# cardinality() is for maps there. https://duckdb.org/docs/stable/sql/functions/list #}
{% macro duckdb__array_size(value) -%}
len({{ value }})
{%- endmacro %}

{# Its lists are SUPER values, which it unnests in a FROM clause only. https://docs.aws.amazon.com/redshift/latest/dg/query-super.html #}
{% macro redshift__array_size(value) -%}
{{ exceptions.raise_compiler_error('Redshift: a list column of probabilities cannot be read; give one column per class') }}
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/array_size #}
{% macro snowflake__array_size(value) -%}
array_size({{ value }})
{%- endmacro %}

{#
  The sum, over the elements of a list column, of an expression of the element; 0 for an empty list.
  `element` is the name the expression uses for an element. NULL elements are left out.
#}
{% macro array_sum_of(value, element, expression) %}
    {{ return(adapter.dispatch('array_sum_of', 'driftql')(value, element, expression)) }}
{% endmacro %}

{% macro default__array_sum_of(value, element, expression) -%}
(select coalesce(sum({{ expression }}), 0) from unnest({{ value }}) as elements({{ element }}))
{%- endmacro %}

{# Its UNNEST names the element directly. https://cloud.google.com/bigquery/docs/reference/standard-sql/arrays #}
{% macro bigquery__array_sum_of(value, element, expression) -%}
(select coalesce(sum({{ expression }}), 0) from unnest({{ value }}) as {{ element }})
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/array-functions#arraysum #}
{% macro clickhouse__array_sum_of(value, element, expression) -%}
arraySum({{ element }} -> coalesce({{ expression }}, 0), {{ value }})
{%- endmacro %}

{# A function of the list, in place of a correlated subquery a row. https://duckdb.org/docs/stable/sql/functions/lambda #}
{% macro duckdb__array_sum_of(value, element, expression) -%}
coalesce(list_sum(list_transform({{ value }}, lambda {{ element }}: {{ expression }})), 0)
{%- endmacro %}

{# Its lists are SUPER values, which it unnests in a FROM clause only. https://docs.aws.amazon.com/redshift/latest/dg/query-super.html #}
{% macro redshift__array_sum_of(value, element, expression) -%}
{{ exceptions.raise_compiler_error('Redshift: a list column of probabilities cannot be read; give one column per class') }}
{%- endmacro %}

{# It has no UNNEST. The start, the total and the result must be of one type, and an element without a type is a variant.
   https://docs.snowflake.com/en/sql-reference/functions/reduce #}
{% macro snowflake__array_sum_of(value, element, expression) -%}
reduce({{ value }}, {{ driftql.as_double('0') }}, (total double, {{ element }} double) -> total + coalesce({{ driftql.as_double(expression) }}, {{ driftql.as_double('0') }}))
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#aggregate #}
{% macro spark__array_sum_of(value, element, expression) -%}
aggregate({{ value }}, 0d, (total, {{ element }}) -> total + coalesce({{ expression }}, 0d))
{%- endmacro %}

{# https://trino.io/docs/current/functions/array.html#reduce #}
{% macro trino__array_sum_of(value, element, expression) -%}
reduce({{ value }}, 0e0, (total, {{ element }}) -> total + coalesce({{ expression }}, 0e0), total -> total)
{%- endmacro %}

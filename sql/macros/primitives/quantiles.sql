{#
  Several quantiles by linear interpolation at once, as one array of doubles; NULLs are left out.
#}
{% macro quantiles(value, fractions) %}
    {{ return(adapter.dispatch('quantiles', 'driftql')(value, fractions)) }}
{% endmacro %}

{% macro default__quantiles(value, fractions) -%}
percentile_cont(array[{{ fractions | join(', ') }}]) within group (order by {{ value }})
{%- endmacro %}

{# It has no WITHIN GROUP. https://clickhouse.com/docs/sql-reference/aggregate-functions/reference/quantiles #}
{% macro clickhouse__quantiles(value, fractions) -%}
quantilesExactInclusive({{ fractions | join(', ') }})({{ value }})
{%- endmacro %}

{# Its function takes a list. https://duckdb.org/docs/stable/sql/functions/aggregates #}
{% macro duckdb__quantiles(value, fractions) -%}
quantile_cont({{ value }}, [{{ fractions | join(', ') }}])
{%- endmacro %}

{# Its percentile_cont takes one fraction. https://spark.apache.org/docs/latest/api/sql/index.html#percentile #}
{% macro spark__quantiles(value, fractions) -%}
percentile({{ value }}, array({{ fractions | join(', ') }}))
{%- endmacro %}

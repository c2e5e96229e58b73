{#
  Several quantiles by linear interpolation at once, as one array of doubles; NULLs are left out. Approximate where an
  engine has no exact aggregate: no verdict rests on them.
#}
{% macro quantiles(value, fractions) %}
    {{ return(adapter.dispatch('quantiles', 'driftql')(value, fractions)) }}
{% endmacro %}

{% macro default__quantiles(value, fractions) -%}
percentile_cont(array[{{ fractions | join(', ') }}]) within group (order by {{ value }})
{%- endmacro %}

{# Its percentile_cont is a window function only; this one is approximate. An array in a result may hold no NULL.
   https://cloud.google.com/bigquery/docs/reference/standard-sql/approximate_aggregate_functions#approx_quantiles #}
{% macro bigquery__quantiles(value, fractions) -%}
if(count({{ value }}) = 0, null, [
{%- for fraction in fractions -%}
    {{ ', ' if not loop.first }}approx_quantiles({{ value }}, 1000)[offset(cast(round(1000 * {{ fraction }}) as int64))]
{%- endfor -%}
])
{%- endmacro %}

{# It has no WITHIN GROUP. https://clickhouse.com/docs/sql-reference/aggregate-functions/reference/quantiles #}
{% macro clickhouse__quantiles(value, fractions) -%}
quantilesExactInclusive({{ fractions | join(', ') }})({{ value }})
{%- endmacro %}

{# Its function takes a list. https://duckdb.org/docs/stable/sql/functions/aggregates #}
{% macro duckdb__quantiles(value, fractions) -%}
quantile_cont({{ value }}, [{{ fractions | join(', ') }}])
{%- endmacro %}

{# Its percentile_cont takes one fraction. https://docs.aws.amazon.com/redshift/latest/dg/r_PERCENTILE_CONT.html #}
{% macro redshift__quantiles(value, fractions) -%}
array(
{%- for fraction in fractions -%}
    {{ ', ' if not loop.first }}percentile_cont({{ fraction }}) within group (order by {{ value }})
{%- endfor -%}
)
{%- endmacro %}

{# Its percentile_cont takes one fraction; NULL in an array would come back as the word undefined.
   https://docs.snowflake.com/en/sql-reference/functions/percentile_cont #}
{% macro snowflake__quantiles(value, fractions) -%}
case when count({{ value }}) > 0 then array_construct(
{%- for fraction in fractions -%}
    {{ ', ' if not loop.first }}percentile_cont({{ fraction }}) within group (order by {{ value }})
{%- endfor -%}
) end
{%- endmacro %}

{# Its percentile_cont takes one fraction. https://spark.apache.org/docs/latest/api/sql/index.html#percentile #}
{% macro spark__quantiles(value, fractions) -%}
percentile({{ value }}, array({{ fractions | join(', ') }}))
{%- endmacro %}

{# It has no exact one; this is approximate. https://trino.io/docs/current/functions/aggregate.html#approx_percentile #}
{% macro trino__quantiles(value, fractions) -%}
approx_percentile({{ value }}, array[{{ fractions | join(', ') }}])
{%- endmacro %}

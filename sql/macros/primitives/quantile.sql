{#
  A quantile by linear interpolation; NULLs are left out.
#}
{% macro quantile(value, fraction) %}
    {{ return(adapter.dispatch('quantile', 'driftql')(value, fraction)) }}
{% endmacro %}

{% macro default__quantile(value, fraction) -%}
percentile_cont({{ fraction }}) within group (order by {{ value }})
{%- endmacro %}

{# It has no WITHIN GROUP. https://clickhouse.com/docs/sql-reference/aggregate-functions/reference/quantileexact #}
{% macro clickhouse__quantile(value, fraction) -%}
quantileExactInclusive({{ fraction }})({{ value }})
{%- endmacro %}

{# The same number by selection instead of a sort. https://duckdb.org/docs/stable/sql/functions/aggregates #}
{% macro duckdb__quantile(value, fraction) -%}
quantile_cont({{ value }}, {{ fraction }})
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#percentile #}
{% macro spark__quantile(value, fraction) -%}
percentile({{ value }}, {{ fraction }})
{%- endmacro %}

{#
  Roughly how many different values there are, NULL not counted; exact where the engine has no sketch.
#}
{% macro approximate_distinct(value) %}
    {{ return(adapter.dispatch('approximate_distinct', 'driftql')(value)) }}
{% endmacro %}

{% macro default__approximate_distinct(value) -%}
count(distinct {{ value }})
{%- endmacro %}

{# One pass, bounded memory. https://cloud.google.com/bigquery/docs/reference/standard-sql/approximate_aggregate_functions #}
{% macro bigquery__approximate_distinct(value) -%}
approx_count_distinct({{ value }})
{%- endmacro %}

{# One pass, bounded memory. https://clickhouse.com/docs/sql-reference/aggregate-functions/reference/uniqcombined #}
{% macro clickhouse__approximate_distinct(value) -%}
uniqCombined({{ value }})
{%- endmacro %}

{# One pass, bounded memory. https://duckdb.org/docs/stable/sql/functions/aggregates #}
{% macro duckdb__approximate_distinct(value) -%}
approx_count_distinct({{ value }})
{%- endmacro %}

{# One pass, bounded memory. https://docs.snowflake.com/en/sql-reference/functions/approx_count_distinct #}
{% macro snowflake__approximate_distinct(value) -%}
approx_count_distinct({{ value }})
{%- endmacro %}

{# One pass, bounded memory. https://spark.apache.org/docs/latest/api/sql/index.html#approx_count_distinct #}
{% macro spark__approximate_distinct(value) -%}
approx_count_distinct({{ value }})
{%- endmacro %}

{# One pass, bounded memory. https://trino.io/docs/current/functions/aggregate.html#approx_distinct #}
{% macro trino__approximate_distinct(value) -%}
approx_distinct({{ value }})
{%- endmacro %}

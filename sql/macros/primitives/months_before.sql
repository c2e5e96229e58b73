{#
  The same day some calendar months before another, or after it where the number is negative.

  months  a whole number
#}
{% macro months_before(day, months) %}
    {{ return(adapter.dispatch('months_before', 'driftql')(day, months)) }}
{% endmacro %}

{% macro default__months_before(day, months) -%}
cast({{ day }} {{ '-' if months >= 0 else '+' }} interval '{{ months | abs }} months' as date)
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions#date_sub #}
{% macro bigquery__months_before(day, months) -%}
date_sub({{ day }}, interval {{ months }} month)
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/date-time-functions#addmonths #}
{% macro clickhouse__months_before(day, months) -%}
addMonths({{ day }}, {{ -months }})
{%- endmacro %}

{# Its dates know no intervals of months. https://docs.aws.amazon.com/redshift/latest/dg/r_DATEADD_function.html #}
{% macro redshift__months_before(day, months) -%}
cast(dateadd(month, {{ -months }}, {{ day }}) as date)
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/dateadd #}
{% macro snowflake__months_before(day, months) -%}
dateadd(month, {{ -months }}, {{ day }})
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#add_months #}
{% macro spark__months_before(day, months) -%}
add_months({{ day }}, {{ -months }})
{%- endmacro %}

{# https://trino.io/docs/current/functions/datetime.html #}
{% macro trino__months_before(day, months) -%}
{{ day }} {{ '-' if months >= 0 else '+' }} interval '{{ months | abs }}' month
{%- endmacro %}

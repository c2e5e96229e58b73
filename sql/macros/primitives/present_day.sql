{#
  The present day, as a date in the time zone of the session.
#}
{% macro present_day() %}
    {{ return(adapter.dispatch('present_day', 'driftql')()) }}
{% endmacro %}

{% macro default__present_day() -%}
current_date
{%- endmacro %}

{# The day in UTC. https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions#current_date #}
{% macro bigquery__present_day() -%}
current_date()
{%- endmacro %}

{# The day in the time zone of the server. https://clickhouse.com/docs/sql-reference/functions/date-time-functions#today #}
{% macro clickhouse__present_day() -%}
today()
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#current_date #}
{% macro spark__present_day() -%}
current_date()
{%- endmacro %}

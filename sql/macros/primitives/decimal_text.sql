{#
  A decimal as text without zeros at the end of its fraction: 1.00 is '1', and 1.50 is '1.5'.
#}
{% macro decimal_text(value) %}
    {{ return(adapter.dispatch('decimal_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__decimal_text(value) -%}
case when {{ driftql.as_text(value) }} like '%.%' then rtrim(rtrim({{ driftql.as_text(value) }}, '0'), '.') {# -#}
else {{ driftql.as_text(value) }} end
{%- endmacro %}

{# It writes no such zeros itself. https://clickhouse.com/docs/operations/settings/formats#output_format_decimal_trailing_zeros #}
{% macro clickhouse__decimal_text(value) -%}
{{ driftql.as_text(value) }}
{%- endmacro %}

{# Its numeric has NaN, which is a missing value. https://www.postgresql.org/docs/current/functions-math.html #}
{% macro postgres__decimal_text(value) -%}
{{ driftql.as_text('trim_scale(nullif(' ~ value ~ ", 'NaN'))") }}
{%- endmacro %}

{# Unlike PostgreSQL, which it inherits from, it has no trim_scale and no numeric NaN.
   https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html #}
{% macro redshift__decimal_text(value) -%}
case when {{ driftql.as_text(value) }} like '%.%' then rtrim(rtrim({{ driftql.as_text(value) }}, '0'), '.') {# -#}
else {{ driftql.as_text(value) }} end
{%- endmacro %}

{# Its rtrim takes the characters first. https://spark.apache.org/docs/latest/api/sql/index.html#rtrim #}
{% macro spark__decimal_text(value) -%}
case when {{ driftql.as_text(value) }} like '%.%' {# -#}
then trim(trailing '.' from trim(trailing '0' from {{ driftql.as_text(value) }})) else {{ driftql.as_text(value) }} end
{%- endmacro %}

{# Its rtrim takes no characters. https://trino.io/docs/current/functions/string.html#trim #}
{% macro trino__decimal_text(value) -%}
case when {{ driftql.as_text(value) }} like '%.%' {# -#}
then trim(trailing '.' from trim(trailing '0' from {{ driftql.as_text(value) }})) else {{ driftql.as_text(value) }} end
{%- endmacro %}

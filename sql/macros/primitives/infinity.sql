{#
  Positive infinity as a 64-bit float; write '- ' before it for the negative one.
#}
{% macro infinity() %}
    {{ return(adapter.dispatch('infinity', 'driftql')()) }}
{% endmacro %}

{% macro default__infinity() -%}
{{ driftql.as_double("'Infinity'") }}
{%- endmacro %}

{# Its spelling is 'inf'. https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast_as_floating_point #}
{% macro bigquery__infinity() -%}
{{ driftql.as_double("'inf'") }}
{%- endmacro %}

{# Its spelling is inf. https://clickhouse.com/docs/sql-reference/data-types/float #}
{% macro clickhouse__infinity() -%}
inf
{%- endmacro %}

{# Its spelling is 'inf'. https://docs.snowflake.com/en/sql-reference/data-types-numeric#special-values #}
{% macro snowflake__infinity() -%}
{{ driftql.as_double("'inf'") }}
{%- endmacro %}

{# https://trino.io/docs/current/functions/math.html#infinity #}
{% macro trino__infinity() -%}
infinity()
{%- endmacro %}

{#
  A whole number, held as a double, as text without a decimal point.
#}
{% macro whole_text(value) %}
    {{ return(adapter.dispatch('whole_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__whole_text(value) -%}
{{ driftql.as_text('cast(' ~ value ~ ' as ' ~ driftql.type_integer() ~ ')') }}
{%- endmacro %}

{# A cast of NULL fails there where a NaN stands behind it, as behind the quotient of 0 and 0; this gives NULL.
   https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#accuratecastornull #}
{% macro clickhouse__whole_text(value) -%}
cast(accurateCastOrNull({{ value }}, 'Int64') as {{ driftql.type_text() }})
{%- endmacro %}

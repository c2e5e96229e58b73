{#
  True for a value that counts: not NULL, not NaN, not infinite. An engine sorts NaN above infinity or compares it with nothing:
  either way it is not below infinity.
#}
{% macro is_finite(value, is_float) %}
    {{ return(adapter.dispatch('is_finite', 'driftql')(value, is_float)) }}
{% endmacro %}

{% macro default__is_finite(value, is_float) -%}
{%- if is_float -%}
    (abs({{ value }}) < {{ driftql.infinity() }})
{%- else -%}
    ({{ value }} is not null)
{%- endif -%}
{%- endmacro %}

{# One function call a row instead of three comparisons. https://clickhouse.com/docs/sql-reference/functions/other-functions#isfinite #}
{% macro clickhouse__is_finite(value, is_float) -%}
{%- if is_float -%}
    isFinite({{ value }})
{%- else -%}
    ({{ value }} is not null)
{%- endif -%}
{%- endmacro %}

{# One function call a row instead of three comparisons. https://duckdb.org/docs/stable/sql/functions/numeric #}
{% macro duckdb__is_finite(value, is_float) -%}
{%- if is_float -%}
    isfinite({{ value }})
{%- else -%}
    ({{ value }} is not null)
{%- endif -%}
{%- endmacro %}

{# Its numeric type has NaN and infinities too; a bare literal takes the column's type, and NaN sorts above infinity.
   https://www.postgresql.org/docs/current/datatype-numeric.html #}
{% macro postgres__is_finite(value, is_float) -%}
{%- if is_float -%}
    ({{ value }} < 'Infinity' and {{ value }} > '-Infinity')
{%- else -%}
    ({{ value }} is not null)
{%- endif -%}
{%- endmacro %}

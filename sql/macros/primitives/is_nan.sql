{#
  True for NaN. A type without NaN (is_float = 0) is never NaN: comparing an integer with 'NaN' is an error in most engines.
#}
{% macro is_nan(value, is_float) %}
    {{ return(adapter.dispatch('is_nan', 'driftql')(value, is_float)) }}
{% endmacro %}

{% macro default__is_nan(value, is_float) -%}
{%- if is_float -%}
    ({{ value }} = {{ driftql.as_double("'NaN'") }})
{%- else -%}
    (1 = 0)
{%- endif -%}
{%- endmacro %}

{# NaN equals nothing there, itself included. https://cloud.google.com/bigquery/docs/reference/standard-sql/mathematical_functions#is_nan #}
{% macro bigquery__is_nan(value, is_float) -%}
{%- if is_float -%}
    is_nan({{ value }})
{%- else -%}
    (1 = 0)
{%- endif -%}
{%- endmacro %}

{# NaN equals nothing there, itself included. https://clickhouse.com/docs/sql-reference/functions/other-functions#isnan #}
{% macro clickhouse__is_nan(value, is_float) -%}
{%- if is_float -%}
    isNaN({{ value }})
{%- else -%}
    (1 = 0)
{%- endif -%}
{%- endmacro %}

{# One function call a row instead of a comparison with a cast text. https://duckdb.org/docs/stable/sql/functions/numeric #}
{% macro duckdb__is_nan(value, is_float) -%}
{%- if is_float -%}
    isnan({{ value }})
{%- else -%}
    (1 = 0)
{%- endif -%}
{%- endmacro %}

{# A bare literal takes the type of the column, which may be numeric. https://www.postgresql.org/docs/current/datatype-numeric.html #}
{% macro postgres__is_nan(value, is_float) -%}
{%- if is_float -%}
    ({{ value }} = 'NaN')
{%- else -%}
    (1 = 0)
{%- endif -%}
{%- endmacro %}

{# NaN equals nothing there, itself included. https://trino.io/docs/current/functions/math.html#is_nan #}
{% macro trino__is_nan(value, is_float) -%}
{%- if is_float -%}
    is_nan({{ value }})
{%- else -%}
    (1 = 0)
{%- endif -%}
{%- endmacro %}

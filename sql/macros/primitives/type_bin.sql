{#
  The integer type of a histogram bin's number, 0 to 65535.
#}
{% macro type_bin() %}
    {{ return(adapter.dispatch('type_bin', 'driftql')()) }}
{% endmacro %}

{% macro default__type_bin() -%}
integer
{%- endmacro %}

{# A type of 65,536 values lets it aggregate into an array instead of a hash table: half the time of a histogram.
   https://duckdb.org/docs/stable/sql/data_types/numeric #}
{% macro duckdb__type_bin() -%}
usmallint
{%- endmacro %}

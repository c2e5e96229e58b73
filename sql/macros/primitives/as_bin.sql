{#
  A position on a histogram's grid, 0 to 65535, as the number of a bin: rounded, and never an error. What is no position
  (NULL, NaN, an infinity, in rows that a condition leaves out) may become any number.
#}
{% macro as_bin(position) %}
    {{ return(adapter.dispatch('as_bin', 'driftql')(position)) }}
{% endmacro %}

{% macro default__as_bin(position) -%}
cast({{ position }} as {{ driftql.type_bin() }})
{%- endmacro %}

{# A conversion cuts the fraction off, and fails on NaN and NULL even in rows that a condition leaves out, for it may be worked
   out before the condition; numbers of two bytes are counted in an array in place of a hash table.
   https://clickhouse.com/docs/sql-reference/functions/type-conversion-functions#touint16 #}
{% macro clickhouse__as_bin(position) -%}
toUInt16(assumeNotNull(ifNotFinite({{ position }}, 0)) + 0.5)
{%- endmacro %}

{# Its pages tell how a cast rounds a NUMERIC, which is a setting besides, and not how it rounds a double: what is cast is a
   whole number already. https://docs.aws.amazon.com/redshift/latest/dg/r_enable_numeric_rounding.html #}
{% macro redshift__as_bin(position) -%}
cast(floor({{ position }} + 0.5) as {{ driftql.type_bin() }})
{%- endmacro %}

{# A cast cuts the fraction off, and fails on what is no whole number of its type, even in rows that a condition leaves
   out, because it may be computed before the condition. NaN is above every number there, so this bounds it as well; try_cast
   takes longer. https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html#cast and
   https://spark.apache.org/docs/latest/sql-ref-datatypes.html#nan-semantics #}
{% macro spark__as_bin(position) -%}
cast(greatest(least({{ position }}, 65535d), 0d) + 0.5d as {{ driftql.type_bin() }})
{%- endmacro %}

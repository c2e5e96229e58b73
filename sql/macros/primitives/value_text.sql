{#
  A label or a user as text, such that equal values of different types have equal texts: 1, 1.0 and 1.00 are '1'.

  kind  what the column holds: 'float', 'decimal', 'boolean', 'flag' (a boolean that is compared with numbers: '1' or '0'), or
        anything else, whose text needs no more than a cast

  NaN is a missing value. A whole number below 9e18 is written with all its digits, so 1e17 is '100000000000000000'.
#}
{% macro value_text(value, kind) %}
    {{ return(adapter.dispatch('value_text', 'driftql')(value, kind)) }}
{% endmacro %}

{% macro default__value_text(value, kind) -%}
{%- if kind == 'float' -%}
case when {{ driftql.is_nan(value, 1) }} then null when abs({{ value }}) < 9e18 and {{ value }} = floor({{ value }}) then {# -#}
{{ driftql.whole_text(value) }} else {{ driftql.float_text(value) }} end
{%- elif kind == 'decimal' -%}
{{ driftql.decimal_text(value) }}
{%- elif kind == 'boolean' -%}
case when {{ value }} then 'true' when not {{ value }} then 'false' end
{%- elif kind == 'flag' -%}
{{ driftql.as_text(driftql.flag_value(value)) }}
{%- else -%}
{{ driftql.as_text(value) }}
{%- endif -%}
{%- endmacro %}

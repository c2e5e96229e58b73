{#
  Why a check cannot be computed on so few rows, as text, or NULL.

  ref_all, cur_all    rows of the windows
  ref_rows, cur_rows  those that can be used
  what                plain text, in the plural, such as finite values
  min_rows            a number or an expression
#}
{% macro few_rows_reason(ref_all, cur_all, ref_rows, cur_rows, what, min_rows) %}
    {{ return(adapter.dispatch('few_rows_reason', 'driftql')(ref_all, cur_all, ref_rows, cur_rows, what, min_rows)) }}
{% endmacro %}

{% macro default__few_rows_reason(ref_all, cur_all, ref_rows, cur_rows, what, min_rows) -%}
case
            when {{ ref_all }} = 0 and {{ cur_all }} = 0 then 'the reference window holds no rows and the current window holds no rows'
            when {{ ref_all }} = 0 then 'the reference window holds no rows'
            when {{ cur_all }} = 0 then 'the current window holds no rows'
            {%- for rows in [ref_rows, cur_rows] %}
            {%- set role = 'reference' if loop.first else 'current' %}
            when {{ rows }} = 0 then 'the {{ role }} window has no {{ what }}; at least ' || {{ driftql.whole_text(min_rows) }} || ' are needed'
            when {{ rows }} < {{ min_rows }} then 'the {{ role }} window has only ' || {{ driftql.whole_text(rows) }} || ' {{ what }}; at least ' || {{ driftql.whole_text(min_rows) }} || ' are needed'
            {%- endfor %}
        end
{%- endmacro %}

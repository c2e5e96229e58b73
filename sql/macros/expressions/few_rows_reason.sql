{#
  Why a check cannot be computed on so few rows, as text, or NULL.

  ref_all, cur_all    rows of the windows
  ref_rows, cur_rows  those that can be used
  unit                text that says what these are, in the plural, such as 'finite values'
  min_rows            how many are needed
#}
{% macro few_rows_reason(ref_all, cur_all, ref_rows, cur_rows, unit, min_rows) %}
    {{ return(adapter.dispatch('few_rows_reason', 'driftql')(ref_all, cur_all, ref_rows, cur_rows, unit, min_rows)) }}
{% endmacro %}

{% macro default__few_rows_reason(ref_all, cur_all, ref_rows, cur_rows, unit, min_rows) -%}
case
            when {{ ref_all }} = 0 and {{ cur_all }} = 0
            then 'the reference window holds no rows and the current window holds no rows'
            when {{ ref_all }} = 0 then 'the reference window holds no rows'
            when {{ cur_all }} = 0 then 'the current window holds no rows'
            {%- for rows in [ref_rows, cur_rows] %}
            when {{ rows }} < {{ min_rows }} then 'the {{ 'reference' if loop.first else 'current' }} window has '
            || case when {{ rows }} = 0 then 'no' else 'only ' || {{ driftql.whole_text(rows) }} end
            || ' ' || {{ unit }} || '; at least ' || {{ driftql.whole_text(min_rows) }} || ' are needed'
            {%- endfor %}
        end
{%- endmacro %}

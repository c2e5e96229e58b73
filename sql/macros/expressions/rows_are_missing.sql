{#
  Whether a check leaves out so many rows that it is to be said, as 1 or 0: rows without a label, or without a finite value of a
  feature, where their share has risen by a tenth; rows without a label also where they are half of a window; rows without all
  class probabilities in any case.

  check               the check's name; rows are said once, at class_shift, entropy_spike or feature_psi
  ref_rows, cur_rows  the rows that can be used, as doubles
  ref_all, cur_all    rows of the windows, as doubles
#}
{% macro rows_are_missing(check, ref_rows, ref_all, cur_rows, cur_all) %}
    {{ return(adapter.dispatch('rows_are_missing', 'driftql')(check, ref_rows, ref_all, cur_rows, cur_all)) }}
{% endmacro %}

{% macro default__rows_are_missing(check, ref_rows, ref_all, cur_rows, cur_all) -%}
case
            when {{ check }} = 'entropy_spike' then case when {{ ref_rows }} < {{ ref_all }} or {{ cur_rows }} < {{ cur_all }} then 1 else 0 end
            when {{ check }} = 'class_shift' and (2 * {{ ref_rows }} <= {{ ref_all }} or 2 * {{ cur_rows }} <= {{ cur_all }}) then 1
            when {{ check }} in ('class_shift', 'feature_psi')
            and {{ ref_rows }} / nullif({{ ref_all }}, 0) - {{ cur_rows }} / nullif({{ cur_all }}, 0) >= 1e-1 then 1 else 0
        end
{%- endmacro %}

{#
  How many rows of one table are in both windows, where two conditions, `ref_condition` and `cur_condition`, make the windows.
#}
{% macro window_overlap(source, ref_condition, cur_condition) %}
    {{ return(adapter.dispatch('window_overlap', 'driftql')(source, ref_condition, cur_condition)) }}
{% endmacro %}

{% macro default__window_overlap(source, ref_condition, cur_condition) -%}
select count(*) as rows_in_both
from {{ source }} as monitored
where {{ ref_condition }} and {{ cur_condition }}
{%- endmacro %}

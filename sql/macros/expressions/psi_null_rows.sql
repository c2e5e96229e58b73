{#
  How many rows every bin that holds any must expect, in both windows, for the chi-square form of PSI's null distribution
  to be good. The Python host draws from the exact distribution where this is below 300.
#}
{% macro psi_null_rows() %}
    {{ return(adapter.dispatch('psi_null_rows', 'driftql')()) }}
{% endmacro %}

{% macro default__psi_null_rows() -%}
30
{%- endmacro %}

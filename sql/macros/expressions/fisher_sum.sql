{#
  How many times as probable all tables of two by two counts from here on are as this one, given its sums: itself and, one
  after the other, those in which two counts have fallen and two have risen by one more. The ratio of each to the one before is
  the hypergeometric distribution's; the first 21 tables count. Where a count is expected to be below 5 and the tables lead away
  from what is expected, the others add less than 1e-6.

  falls_1, falls_2  the counts that fall, as doubles: 0 ends the sum
  rises_1, rises_2  the counts that rise

  All stand in it many times: pass columns.

  fisher_sum('a', 'd', 'b', 'c')  ->  a = 1, d = 3, b = 3, c = 1: 1 + 3 / 16 = 1.0625, as 17 / 16 of 16 / 70: 17 / 70
#}
{% macro fisher_sum(falls_1, falls_2, rises_1, rises_2) %}
    {{ return(adapter.dispatch('fisher_sum', 'driftql')(falls_1, falls_2, rises_1, rises_2)) }}
{% endmacro %}

{% macro default__fisher_sum(falls_1, falls_2, rises_1, rises_2) -%}
(1
            {%- for k in range(20) %}
            + ({{ falls_1 }} - {{ k }}) * ({{ falls_2 }} - {{ k }})
            {{- ' / ((' ~ rises_1 ~ ' + ' ~ (k + 1) ~ ') * (' ~ rises_2 ~ ' + ' ~ (k + 1) ~ '))' }} * (1
            {%- endfor %}{{ ')' * 21 }}
{%- endmacro %}

{#
  The natural logarithm of Fisher's exact p-value, one-sided in the direction in which two rates differ: that hits and misses are
  spread over the two windows by chance at least as unevenly as they are.

  ref_hits, ref_n, cur_hits, cur_n  hits and rows of each window, as doubles; they stand in it many times: pass columns

  It is the probability of these counts, given their sums (hypergeometric), over 1 - r: each count further out is less probable
  by r or more. Factorials are those of Gosper (1978): ln(x!) = x * ln(x) - x + ln(2 * pi * (x + 1 / 6)) / 2, which serves x = 0 too.
  The p-value is 0.94 to 1.15 times the exact one where that is below 0.01.

  fisher_bound('a', 'n', 'b', 'm')  ->  a = 5 of n = 100 and b = 15 of m = 100: -4.11  (Fisher's exact p-value is 0.0162)
#}
{% macro fisher_bound(ref_hits, ref_n, cur_hits, cur_n) %}
    {{ return(adapter.dispatch('fisher_bound', 'driftql')(ref_hits, ref_n, cur_hits, cur_n)) }}
{% endmacro %}

{% macro default__fisher_bound(ref_hits, ref_n, cur_hits, cur_n) -%}
{%- set ref_misses, cur_misses = '(' ~ ref_n ~ ' - ' ~ ref_hits ~ ')', '(' ~ cur_n ~ ' - ' ~ cur_hits ~ ')' -%}
{%- set hits, misses = '(' ~ ref_hits ~ ' + ' ~ cur_hits ~ ')', '(' ~ ref_misses ~ ' + ' ~ cur_misses ~ ')' -%}
{%- set rows = '(' ~ ref_n ~ ' + ' ~ cur_n ~ ')' -%}
{%- set sums, cells = [ref_n, cur_n, hits, misses], [ref_hits, ref_misses, cur_hits, cur_misses] -%}
(
            {%- for x in sums %}
            {{ '+ ' if not loop.first }}{{ x }} * ln(greatest({{ x }}, 1e0))
            {%- endfor %}
            {%- for x in cells + [rows] %}
            - {{ x }} * ln(greatest({{ x }}, 1e0))
            {%- endfor %}
            + 5e-1 * (
            {%- for x in sums %}
                {{ '+ ' if not loop.first }}ln({{ x }} + 1.6666666666666666e-1)
            {%- endfor %}
            {%- for x in cells + [rows] %}
                - ln({{ x }} + 1.6666666666666666e-1)
            {%- endfor %}
                - 1.8378770664093453e0
            )
            - ln(1 - case
                when {{ cur_hits }} * {{ ref_n }} > {{ ref_hits }} * {{ cur_n }}
                then {{ ref_hits }} / ({{ cur_hits }} + 1) * ({{ cur_misses }} / ({{ ref_misses }} + 1))
                else {{ cur_hits }} / ({{ ref_hits }} + 1) * ({{ ref_misses }} / ({{ cur_misses }} + 1))
            end)
        )
{%- endmacro %}

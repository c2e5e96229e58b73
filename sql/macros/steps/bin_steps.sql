{#
  How many rows each bin of PSI holds. A list of steps for driftql.query; gaps and edges of count_steps come before them.

  bins  how many bins there are, one more than edges

  Steps: placed, bins (one row per feature and bin that holds any row: ref_rows, cur_rows, and the columns ref_n, cur_n,
  ref_minimum, ref_maximum, ks and ks_value of its feature). Bin i holds edge_(i-1) <= value < edge_i. Where every quantile is
  the smallest reference value, that value has bin 1, with what is below it, and all above is in the last.

  Worked example, three bins with edges 2 and 5: 1 goes to bin 1, 2 and 4 to bin 2, 5 and 9 to bin 3.
#}
{% macro bin_steps(bins) %}
    {{ return(adapter.dispatch('bin_steps', 'driftql')(bins)) }}
{% endmacro %}

{% macro default__bin_steps(bins) %}
{%- set placed %}
    select
        gaps.feature as feature, ref_rows, cur_rows, ref_n, cur_n, ref_minimum, ref_maximum, largest_gap,
        case when gap = largest_gap then value end as ks_value,
        case
            when value < edge_1 or (value = ref_minimum and ref_minimum = edge_{{ bins - 1 }}) then 1
{%- for group in range(2, bins) | batch(4) %}
            {% for i in group %}when value < edge_{{ i }} then {{ i }}{{ ' ' if not loop.last }}{% endfor %}
{%- endfor %}
            else {{ bins }}
        end as bin
    from gaps
    inner join edges on gaps.feature = edges.feature
{%- endset -%}
{%- set counted %}
    select
        feature, bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows,
        max(ref_n) as ref_n, max(cur_n) as cur_n, max(largest_gap) as ks, min(ks_value) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum
    from placed
    group by feature, bin
{%- endset -%}
    {{ return([
        ['placed', 'the bin of each value; bin i holds the values from edge i - 1 up to, but without, edge i', placed, 0],
        ['bins', 'one row per feature and bin', counted, 0]
    ]) }}
{% endmacro %}

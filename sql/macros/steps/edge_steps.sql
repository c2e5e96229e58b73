{#
  All bins of each feature with their edges, the empty ones too. A list of steps for driftql.query; edges (see count_steps) and
  shares (see share_steps) come before it.

  bins  how many bins there are, one more than edges
  key   the column of features that the column `feature` of the bins refers to: place or feature

  The last step, named_bins, has one row per feature and bin: feature (its name), bin, lower, upper (a bin holds
  lower <= x < upper; NULL at an open end), ref_rows, cur_rows and psi (NULL where a bin is empty). Where every quantile is the
  smallest reference value, the first bin ends at the next double above it.
#}
{% macro edge_steps(bins, key) %}
    {{ return(adapter.dispatch('edge_steps', 'driftql')(bins, key)) }}
{% endmacro %}

{% macro default__edge_steps(bins, key) %}
{%- set numbers %}
{%- for i in range(1, bins + 1) %}
    select {{ i }} as bin{{ ' union all' if not loop.last }}
{%- endfor %}
{%- endset -%}
{%- set uppers %}
    select
        feature,
        bin,
        case when ref_minimum = edge_{{ bins - 1 }} then 1 else 0 end as is_spike,
        case
            when bin = {{ bins }} then null
            when ref_minimum = edge_{{ bins - 1 }} and edge_1 = 0 then 2.2250738585072014e-308
            when ref_minimum = edge_{{ bins - 1 }} then edge_1 + abs(edge_1) * 1.1102230246251568e-16
{%- for i in range(1, bins) %}
            when bin = {{ i }} then edge_{{ i }}
{%- endfor %}
        end as upper
    from edges
    cross join numbers
    where ref_minimum < ref_maximum and cur_size > 0
{%- endset -%}
{%- set edges %}
    select
        uppers.*,
        lag(upper) over (partition by feature order by bin) as lower
    from uppers
{%- endset -%}
{%- set named %}
    select
        features.feature as feature,
        bin_edges.bin as bin,
        lower,
        upper,
        ref_rows,
        cur_rows,
        (cur_share - ref_share) * ln(cur_share / ref_share) as psi
    from bin_edges
    inner join features on features.{{ key }} = bin_edges.feature
    left join shares on shares.feature = bin_edges.feature and shares.bin = bin_edges.bin
    where bin_edges.bin in (1, {{ bins }}) or (is_spike = 0 and lower < upper)
{%- endset -%}
    {{ return([
        ['numbers', 'the numbers of the bins', numbers, 0],
        ['uppers', 'the end of each bin; where one value holds all quantiles, the first ends just above it', uppers, 0],
        ['bin_edges', 'its start', edges, 0],
        ['named_bins', 'equal quantiles make one edge: the bins between them are no bins', named, 0]
    ]) }}
{% endmacro %}

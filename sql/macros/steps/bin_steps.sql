{#
  The quantiles of the reference, and how many rows each bin between them holds. A list of steps for driftql.query; gaps (see
  gap_steps) comes before it.

  fractions  the quantiles, evenly spaced, such as [0.1, ..., 0.9]

  The last step, bins, has one row per feature and bin: feature, bin, lower and upper (a bin holds lower <= value < upper; NULL at
  an open end), ref_rows, cur_rows, and what all bins of a feature share: ref_n, cur_n, ref_minimum, ref_maximum, ks and ks_value
  (the largest distance of the distribution functions, and the first value with it). Quantiles are those of numpy.percentile,
  interpolated in its order of operations. Equal quantiles leave bins without rows. Where every quantile is the smallest
  reference value, that value has bin 1, with what is below it, and all above is in the last: the first bin then ends at the
  next double.

  Worked example, three bins with edges 2 and 5: 1 goes to bin 1, 2 and 4 to bin 2, 5 and 9 to bin 3.
#}
{% macro bin_steps(fractions) %}
    {{ return(adapter.dispatch('bin_steps', 'driftql')(fractions)) }}
{% endmacro %}

{% macro default__bin_steps(fractions) %}
{%- set last = fractions | length + 1 -%}
{%- set near %}
    select * from gaps
    where gap = ks or ref_total + cur_total = ref_n + cur_n
        or {{ driftql.near_quantile(last) }}
{%- endset -%}
{%- set quantiles %}
    select 0 as bin, {{ driftql.as_double(0) }} as fraction
{%- for group in (fractions + ['1']) | batch(4) %}
{%- set done = loop.index0 * 4 %} union all
    {% for fraction in group %}select {{ done + loop.index }}, {{ fraction }}{{ ' union all ' if not loop.last }}{% endfor %}
{%- endfor %}
{%- endset -%}
{%- set neighbours %}
    select near_values.*, bin,
        (nullif(ref_n, 0) - 1) * fraction - floor((ref_n - 1) * fraction) as weight,
        min(case when ref_total > floor((ref_n - 1) * fraction) then value end)
            over (partition by feature, bin) as low,
        min(case when ref_total > floor((ref_n - 1) * fraction) + 1 or ref_total = ref_n then value end)
            over (partition by feature, bin) as high
    from near_values cross join quantiles
{%- endset -%}
{%- set edges %}
    select neighbours.*,
        case
            when weight = 0 then low when weight < 0.5 then low + (high - low) * weight
            when weight >= 0.5 then high - (high - low) * (1 - weight)
        end as edge
    from neighbours
{%- endset -%}
{%- set spans %}
    select edges.*, min(edge) over (partition by feature) as ref_minimum,
        max(edge) over (partition by feature) as ref_maximum,
        max(case when bin = {{ last - 1 }} then edge end) over (partition by feature) as last_edge
    from edges
{%- endset -%}
{%- set counts %}
    select
        feature, bin, max(ref_n) as ref_n, max(cur_n) as cur_n,
        max(ks) as ks, min(case when gap = ks then value end) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        max(case
            when bin = {{ last }} then null when ref_minimum < last_edge then edge when edge = 0 then 2.2250738585072014e-308
            else edge + abs(edge) * 1.1102230246251568e-16
        end) as upper,
{%- for prefix in ['ref', 'cur'] %}
        coalesce(min(case when value >= edge and bin < {{ last }} then {{ prefix }}_total
            - case when ref_minimum < last_edge then {{ prefix }}_rows else 0 end end), max({{ prefix }}_n)) as {{ prefix }}_below{{ ',' if not loop.last }}
{%- endfor %}
    from spans where bin > 0 group by feature, bin
{%- endset -%}
{%- set bins %}
    select bin_ends.*, lag(upper) over (partition by feature order by bin) as lower,
{%- for prefix in ['ref', 'cur'] %}
        {{ prefix }}_below - coalesce(lag({{ prefix }}_below) over (partition by feature order by bin), 0) as {{ prefix }}_rows
        {{- ',' if not loop.last }}
{%- endfor %}
    from bin_ends
{%- endset %}
    {{ return([
        ['near_values', 'the values with the largest distance, and those next to the quantiles', near, 1],
        ['quantiles', 'where each bin ends, as a share of the reference', quantiles, 0],
        ['neighbours', 'the reference values low and high around each quantile, weight of the way apart', neighbours, 0],
        ['edges', "the quantiles, interpolated in numpy's order of operations", edges, 0],
        ['spans', 'whether one value holds all quantiles', spans, 0],
        ['bin_ends', 'the end of each bin (just above such a value), and how many values are below it', counts, 1],
        ['bins', 'one row per feature and bin; equal quantiles leave bins without rows', bins, 1]
    ]) }}
{% endmacro %}

{#
  The same result as feature_refined, for engines that compute a CTE again wherever it is named: each CTE is
  named once, so that a window is read twice, as it has to be.

  value, is_float, warp, terms  as in feature_histogram
  fractions                     the quantiles that make the bins of PSI, such as [0.1, ..., 0.9]
  as_double                     0 keeps the values in their own type, where doubles would merge different ones
#}
{% macro feature_refined_chained(ref, cur, number, value, is_float, warp, terms, fractions, as_double) %}
    {{ return(adapter.dispatch('feature_refined_chained', 'driftql')(ref, cur, number, value, is_float, warp, terms, fractions, as_double)) }}
{% endmacro %}

{% macro default__feature_refined_chained(ref, cur, number, value, is_float, warp, terms, fractions, as_double) -%}
{%- set shown = driftql.as_double(value) if as_double else value -%}
with
-- 1. the histogram of both windows on a common grid
window_bins as (
    select bin, {{ driftql.as_double('count(*)') }} as ref_rows, {{ driftql.as_double('0') }} as cur_rows
    from (
        select {{ driftql.grid_bin(value, warp, terms) }} as bin
        from {{ ref }} as reference_window
        where {{ driftql.is_finite(value, is_float) }}
    ) as reference_bins
    group by bin
    union all
    select bin, {{ driftql.as_double('0') }} as ref_rows, {{ driftql.as_double('count(*)') }} as cur_rows
    from (
        select {{ driftql.grid_bin(value, warp, terms) }} as bin
        from {{ cur }} as current_window
        where {{ driftql.is_finite(value, is_float) }}
    ) as current_bins
    group by bin
),
grid_bins as (
    select bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_bins
    group by bin
),
totals as (
    select
        bin,
        ref_rows,
        cur_rows,
        sum(ref_rows) over (order by bin rows between unbounded preceding and current row) as ref_through,
        sum(cur_rows) over (order by bin rows between unbounded preceding and current row) as cur_through,
        sum(ref_rows) over () as ref_n,
        sum(cur_rows) over () as cur_n
    from grid_bins
),
bin_gaps as (
    select
        bin,
        ref_through - ref_rows as ref_before,
        cur_through - cur_rows as cur_before,
        ref_through,
        ref_n,
        cur_n,
        abs(ref_through / ref_n - cur_through / cur_n) as gap,
        greatest(
            ref_through / ref_n - (cur_through - cur_rows) / cur_n,
            cur_through / cur_n - (ref_through - ref_rows) / ref_n
        ) as possible_gap
    from totals
),
-- 2. the bins to look into: the largest distance may be inside, or a reference value next to a quantile is
largest as (
    select
        bin, ref_before, cur_before, ref_through, ref_n, cur_n, gap, possible_gap,
        max(gap) over () as largest_gap
    from bin_gaps
),
first_largest as (
    select
        bin, ref_before, cur_before, ref_through, ref_n, cur_n, possible_gap, largest_gap,
        min(case when gap = largest_gap then bin end) over () as largest_bin
    from largest
),
judged_bins as (
    select
        bin,
        ref_before,
        cur_before,
        ref_n,
        cur_n,
        case
            when possible_gap > largest_gap or bin = largest_bin then 1
{%- for fraction in fractions %}
            when ref_before <= floor((ref_n - 1) * {{ fraction }}) + 1 and ref_through > floor((ref_n - 1) * {{ fraction }}) then 1
{%- endfor %}
            else 0
        end as is_doubtful
    from first_largest
),
-- 3. their values, one by one; the values of any other bin as one, NULL
both_windows as (
    select {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ shown }} as value, {{ driftql.as_double(1) }} as ref_row, {{ driftql.as_double(0) }} as cur_row
    from {{ ref }} as reference_window
    where {{ driftql.is_finite(value, is_float) }}
    union all
    select {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ shown }} as value, {{ driftql.as_double(0) }} as ref_row, {{ driftql.as_double(1) }} as cur_row
    from {{ cur }} as current_window
    where {{ driftql.is_finite(value, is_float) }}
),
bin_values as (
    select
        both_windows.bin as bin,
        case when judged_bins.is_doubtful = 1 then both_windows.value end as value,
        judged_bins.ref_before as ref_before,
        judged_bins.cur_before as cur_before,
        judged_bins.ref_n as ref_n,
        judged_bins.cur_n as cur_n,
        both_windows.ref_row as ref_row,
        both_windows.cur_row as cur_row
    from both_windows
    inner join judged_bins on both_windows.bin = judged_bins.bin
),
counted_values as (
    select bin, value, ref_before, cur_before, ref_n, cur_n, sum(ref_row) as ref_rows, sum(cur_row) as cur_rows
    from bin_values
    group by bin, value, ref_before, cur_before, ref_n, cur_n
),
-- 4. every place where the distance is known: each of these values, and the ends of the other bins
totalled as (
    select
        bin,
        value,
        ref_n,
        cur_n,
        ref_before + sum(ref_rows) over (partition by bin order by value rows between unbounded preceding and current row) as ref_total,
        cur_before + sum(cur_rows) over (partition by bin order by value rows between unbounded preceding and current row) as cur_total
    from counted_values
),
places as (
    select bin, value, ref_n, cur_n, ref_total, cur_total, abs(ref_total / ref_n - cur_total / cur_n) as gap
    from totalled
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        bin,
        value,
        ref_n,
        cur_n,
        ref_total,
        cur_total,
        gap,
        max(gap) over () as greatest_gap
{%- for fraction in fractions %},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') then value end) over ()') }} as low_{{ loop.index }},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') + 1 or ref_total = ref_n then value end) over ()') }} as high_{{ loop.index }},
        (ref_n - 1) * {{ fraction }} - floor((ref_n - 1) * {{ fraction }}) as weight_{{ loop.index }}
{%- endfor %}
    from places
),
edges as (
    select
        bin,
        value,
        ref_n,
        cur_n,
        ref_total,
        cur_total,
        gap,
        greatest_gap
{%- for fraction in fractions %}
{%- set i = loop.index %},
        case
            when weight_{{ i }} < 0.5 then low_{{ i }} + (high_{{ i }} - low_{{ i }}) * weight_{{ i }}
            else high_{{ i }} - (high_{{ i }} - low_{{ i }}) * (1 - weight_{{ i }})
        end as edge_{{ i }}
{%- endfor %}
    from marks
),
placed as (
    select
        bin,
        {{ driftql.as_double('value') }} as value,
        ref_n,
        cur_n,
        ref_total,
        cur_total,
        gap,
        greatest_gap
{%- for fraction in fractions %}
{%- set i = loop.index %},
        edge_{{ i }},
        {{ driftql.grid_bin('edge_' ~ i, warp, terms) }} as edge_bin_{{ i }}
{%- endfor %}
    from edges
)

-- 6. the counts at the largest distance and below each quantile
select
    {{ number }} as feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = greatest_gap then ref_total end) as ks_ref,
    min(case when gap = greatest_gap then cur_total end) as ks_cur,
    min(case when gap = greatest_gap then value end) as ks_value,
    {{ driftql.as_double('null') }} as ref_minimum,
    {{ driftql.as_double('null') }} as ref_maximum,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and value <= edge_1) then ref_total else 0 end) as spike_ref,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and value <= edge_1) then cur_total else 0 end) as spike_cur
{%- for fraction in fractions %}
{%- set i = loop.index %},
    max(edge_{{ i }}) as edge_{{ i }},
    max(case when bin < edge_bin_{{ i }} or (bin = edge_bin_{{ i }} and value < edge_{{ i }}) then ref_total else 0 end) as ref_below_{{ i }},
    max(case when bin < edge_bin_{{ i }} or (bin = edge_bin_{{ i }} and value < edge_{{ i }}) then cur_total else 0 end) as cur_below_{{ i }}
{%- endfor %}
from placed
{{- driftql.query_settings() }}
{%- endmacro %}

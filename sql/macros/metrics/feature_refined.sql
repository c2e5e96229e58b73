{#
  The counts from which PSI and KS of one feature are finished, exactly, in two passes over it: a histogram shows which
  bins could hold the largest distance or a quantile, and only the values in these are looked at one by one. However the
  values spread, the answer is exact; a grid that fits them badly only makes the second pass longer.

  value, is_float, warp, terms  as in feature_histogram
  fractions                     the quantiles that make the bins of PSI, such as [0.1, ..., 0.9]
  as_double                     0 keeps the values in their own type, where doubles would merge different ones

  Columns: as feature_counts.
#}
{% macro feature_refined(ref, cur, number, value, is_float, warp, terms, fractions, as_double) %}
    {{ return(adapter.dispatch('feature_refined', 'driftql')(ref, cur, number, value, is_float, warp, terms, fractions, as_double)) }}
{% endmacro %}

{% macro default__feature_refined(ref, cur, number, value, is_float, warp, terms, fractions, as_double) -%}
{%- set shown = driftql.as_double(value) if as_double else value -%}
with
-- 1. the histogram of both windows on a common grid
window_bins as (
    select {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ driftql.as_double('count(*)') }} as ref_rows, {{ driftql.as_double('0') }} as cur_rows
    from {{ ref }} as reference_window
    where {{ driftql.is_finite(value, is_float) }}
    group by 1
    union all
    select {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ driftql.as_double('0') }} as ref_rows, {{ driftql.as_double('count(*)') }} as cur_rows
    from {{ cur }} as current_window
    where {{ driftql.is_finite(value, is_float) }}
    group by 1
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
        sum(cur_rows) over (order by bin rows between unbounded preceding and current row) as cur_through
    from grid_bins
),
sizes as (
    select sum(ref_rows) as ref_n, sum(cur_rows) as cur_n
    from grid_bins
),
bin_gaps as (
    select
        bin,
        ref_through - ref_rows as ref_before,
        cur_through - cur_rows as cur_before,
        ref_through,
        cur_through,
        ref_n,
        cur_n,
        abs(ref_through / ref_n - cur_through / cur_n) as gap,
        greatest(
            ref_through / ref_n - (cur_through - cur_rows) / cur_n,
            cur_through / cur_n - (ref_through - ref_rows) / ref_n
        ) as possible_gap
    from totals
    cross join sizes
),
-- 2. the bins to look into: the largest distance may be inside, or a reference value next to a quantile is
largest as (
    select max(gap) as largest_gap
    from bin_gaps
),
first_largest as (
    select min(bin) as largest_bin, max(largest_gap) as largest_gap
    from bin_gaps
    inner join largest on bin_gaps.gap = largest.largest_gap
),
doubtful_bins as (
    select bin, ref_before, cur_before
    from bin_gaps
    cross join first_largest
    where possible_gap > largest_gap
        or bin = largest_bin
{%- for fraction in fractions %}
        or (ref_before <= floor((ref_n - 1) * {{ fraction }}) + 1 and ref_through > floor((ref_n - 1) * {{ fraction }}))
{%- endfor %}
),
-- 3. their values, one by one
doubtful_values as (
    select bin, value, sum(ref_row) as ref_rows, sum(cur_row) as cur_rows
    from (
        select {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ shown }} as value, {{ driftql.as_double(1) }} as ref_row, {{ driftql.as_double(0) }} as cur_row
        from {{ ref }} as reference_window
        where {{ driftql.is_finite(value, is_float) }}
        union all
        select {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ shown }} as value, {{ driftql.as_double(0) }} as ref_row, {{ driftql.as_double(1) }} as cur_row
        from {{ cur }} as current_window
        where {{ driftql.is_finite(value, is_float) }}
    ) as both_windows
    where bin in (select bin from doubtful_bins)
    group by bin, value
),
value_totals as (
    select
        doubtful_values.bin,
        value,
        ref_rows,
        ref_before + sum(ref_rows) over (partition by doubtful_values.bin order by value rows between unbounded preceding and current row) as ref_total,
        cur_before + sum(cur_rows) over (partition by doubtful_values.bin order by value rows between unbounded preceding and current row) as cur_total
    from doubtful_values
    inner join doubtful_bins on doubtful_values.bin = doubtful_bins.bin
),
-- 4. every place where the distance is known: each of these values, and the ends of the other bins
places as (
    select bin, value, ref_rows, ref_total, cur_total, ref_n, cur_n, abs(ref_total / ref_n - cur_total / cur_n) as gap
    from value_totals
    cross join sizes
    union all
    select bin, null as value, 0 as ref_rows, ref_through as ref_total, cur_through as cur_total, ref_n, cur_n, gap
    from bin_gaps
    where bin not in (select bin from doubtful_bins)
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        max(gap) as largest_gap,
        max(ref_n) as ref_size
{%- for fraction in fractions %},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') then value end)') }} as low_{{ loop.index }},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') + 1 or ref_total = ref_n then value end)') }} as high_{{ loop.index }}
{%- endfor %}
    from places
),
weights as (
    select
        marks.*
{%- for fraction in fractions %},
        (ref_size - 1) * {{ fraction }} - floor((ref_size - 1) * {{ fraction }}) as weight_{{ loop.index }}
{%- endfor %}
    from marks
),
edge_values as (
    select
        largest_gap
{%- for fraction in fractions %}
{%- set i = loop.index %},
        case
            when weight_{{ i }} < 0.5 then low_{{ i }} + (high_{{ i }} - low_{{ i }}) * weight_{{ i }}
            else high_{{ i }} - (high_{{ i }} - low_{{ i }}) * (1 - weight_{{ i }})
        end as edge_{{ i }}
{%- endfor %}
    from weights
),
edges as (
    select
        edge_values.*
{%- for fraction in fractions %}
{%- set i = loop.index %},
        {{ driftql.grid_bin('edge_' ~ i, warp, terms) }} as edge_bin_{{ i }}
{%- endfor %}
    from edge_values
)

-- 6. the counts at the largest distance and below each quantile
select
    {{ number }} as feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = largest_gap then ref_total end) as ks_ref,
    min(case when gap = largest_gap then cur_total end) as ks_cur,
    {{ driftql.as_double('min(case when gap = largest_gap then value end)') }} as ks_value,
    {{ driftql.as_double('null') }} as ref_minimum,
    {{ driftql.as_double('null') }} as ref_maximum,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and {{ driftql.as_double('value') }} <= edge_1) then ref_total else 0 end) as spike_ref,
    max(case when bin < edge_bin_1 or (bin = edge_bin_1 and {{ driftql.as_double('value') }} <= edge_1) then cur_total else 0 end) as spike_cur
{%- for fraction in fractions %}
{%- set i = loop.index %},
    max(edge_{{ i }}) as edge_{{ i }},
    max(case when bin < edge_bin_{{ i }} or (bin = edge_bin_{{ i }} and {{ driftql.as_double('value') }} < edge_{{ i }}) then ref_total else 0 end) as ref_below_{{ i }},
    max(case when bin < edge_bin_{{ i }} or (bin = edge_bin_{{ i }} and {{ driftql.as_double('value') }} < edge_{{ i }}) then cur_total else 0 end) as cur_below_{{ i }}
{%- endfor %}
from places
cross join edges
{%- endmacro %}

{# It computes a CTE again wherever it is named. https://clickhouse.com/docs/sql-reference/statements/select/with #}
{% macro clickhouse__feature_refined(ref, cur, number, value, is_float, warp, terms, fractions, as_double) %}
    {{ return(driftql.feature_refined_chained(ref, cur, number, value, is_float, warp, terms, fractions, as_double)) }}
{% endmacro %}

{# It computes a CTE again wherever it is named, and plans grow with it. https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-cte.html #}
{% macro spark__feature_refined(ref, cur, number, value, is_float, warp, terms, fractions, as_double) %}
    {{ return(driftql.feature_refined_chained(ref, cur, number, value, is_float, warp, terms, fractions, as_double)) }}
{% endmacro %}

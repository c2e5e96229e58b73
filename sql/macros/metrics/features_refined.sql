{#
  The same as feature_refined, for several features at once: one row per feature. It is for engines that read whole rows,
  where a scan for one feature costs as much as a scan for all.

  features   list of [number, value, is_float, warp, terms], as in feature_histogram
  fractions  the quantiles that make the bins of PSI, such as [0.1, ..., 0.9]

  Columns: as feature_counts. Values are compared as doubles.
#}
{% macro features_refined(ref, cur, features, fractions) %}
    {{ return(adapter.dispatch('features_refined', 'driftql')(ref, cur, features, fractions)) }}
{% endmacro %}

{% macro default__features_refined(ref, cur, features, fractions) -%}
with
-- 1. the histograms of both windows on common grids
window_bins as (
{{- driftql.window_bins(ref, cur, features, 0) }}
),
grid_bins as (
    select feature, bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_bins
    group by feature, bin
),
totals as (
    select
        feature,
        bin,
        ref_rows,
        cur_rows,
        sum(ref_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as ref_through,
        sum(cur_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as cur_through
    from grid_bins
),
sizes as (
    select feature, sum(ref_rows) as ref_n, sum(cur_rows) as cur_n
    from grid_bins
    group by feature
),
bin_gaps as (
    select
        totals.feature,
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
    inner join sizes on totals.feature = sizes.feature
),
-- 2. the bins to look into: the largest distance may be inside, or a reference value next to a quantile is
largest as (
    select feature, max(gap) as largest_gap
    from bin_gaps
    group by feature
),
first_largest as (
    select bin_gaps.feature, min(bin) as largest_bin, max(largest_gap) as largest_gap
    from bin_gaps
    inner join largest on bin_gaps.feature = largest.feature and bin_gaps.gap = largest.largest_gap
    group by bin_gaps.feature
),
doubtful_bins as (
    select bin_gaps.feature, bin, ref_before, cur_before
    from bin_gaps
    inner join first_largest on bin_gaps.feature = first_largest.feature
    where possible_gap > largest_gap
        or bin = largest_bin
{%- for fraction in fractions %}
        or (ref_before <= floor((ref_n - 1) * {{ fraction }}) + 1 and ref_through > floor((ref_n - 1) * {{ fraction }}))
{%- endfor %}
),
-- 3. their values, one by one ('is true' keeps the filter one: as a join all rows might be sorted for it)
doubtful_values as (
    select feature, bin, value, sum(ref_row) as ref_rows, sum(cur_row) as cur_rows
    from (
{{- driftql.window_entries(ref, cur, features) }}
    ) as both_windows
    where ((feature, bin) in (select feature, bin from doubtful_bins)) is true
    group by feature, bin, value
),
value_totals as (
    select
        doubtful_values.feature,
        doubtful_values.bin,
        value,
        ref_rows,
        ref_before + sum(ref_rows) over (partition by doubtful_values.feature, doubtful_values.bin order by value rows between unbounded preceding and current row) as ref_total,
        cur_before + sum(cur_rows) over (partition by doubtful_values.feature, doubtful_values.bin order by value rows between unbounded preceding and current row) as cur_total
    from doubtful_values
    inner join doubtful_bins on doubtful_values.feature = doubtful_bins.feature and doubtful_values.bin = doubtful_bins.bin
),
-- 4. every place where the distance is known: each of these values, and the ends of the other bins
places as (
    select
        value_totals.feature, bin, value, ref_rows, ref_total, cur_total, ref_n, cur_n,
        abs(ref_total / ref_n - cur_total / cur_n) as gap
    from value_totals
    inner join sizes on value_totals.feature = sizes.feature
    union all
    select
        bin_gaps.feature, bin_gaps.bin, {{ driftql.as_double('null') }} as value, {{ driftql.as_double(0) }} as ref_rows,
        ref_through as ref_total, cur_through as cur_total, ref_n, cur_n, gap
    from bin_gaps
    left join doubtful_bins on bin_gaps.feature = doubtful_bins.feature and bin_gaps.bin = doubtful_bins.bin
    where doubtful_bins.bin is null
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        feature,
        max(gap) as largest_gap,
        max(ref_n) as ref_size
{%- for fraction in fractions %},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') then value end)') }} as low_{{ loop.index }},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') + 1 or ref_total = ref_n then value end)') }} as high_{{ loop.index }}
{%- endfor %}
    from places
    group by feature
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
        feature,
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
        case feature
{%- for number, value, is_float, warp, terms in features %}
            when {{ number }} then {{ driftql.grid_bin('edge_' ~ i, warp, terms) }}
{%- endfor %}
        end as edge_bin_{{ i }}
{%- endfor %}
    from edge_values
)

-- 6. the counts at the largest distance and below each quantile
select
    places.feature,
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
inner join edges on places.feature = edges.feature
group by places.feature
order by places.feature
{%- endmacro %}

{#
  The same result as feature_histogram, for engines that compute a CTE again wherever it is named: each CTE is
  named once, so that a window is read once, and windows over all rows of a feature take the place of joins.

  features   list of [number, value, is_float, warp, terms]; warp and terms as in grid_bin
  quantiles  how many equal parts the wanted reference quantiles make, such as 10
#}
{% macro feature_histogram_chained(ref, cur, features, quantiles) %}
    {{ return(adapter.dispatch('feature_histogram_chained', 'driftql')(ref, cur, features, quantiles)) }}
{% endmacro %}

{% macro default__feature_histogram_chained(ref, cur, features, quantiles) -%}
with
-- 1. rows of each bin in each window
window_bins as (
{{- driftql.window_bins(ref, cur, features, 0) }}
),
grid_bins as (
    select feature, bin, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_bins
    group by feature, bin
),
-- 2. values at or below each bin's end
totals as (
    select
        feature,
        bin,
        ref_rows,
        cur_rows,
        sum(ref_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as ref_through,
        sum(cur_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as cur_through,
        sum(ref_rows) over (partition by feature) as ref_n,
        sum(cur_rows) over (partition by feature) as cur_n
    from grid_bins
),
-- 3. the distance at each bin's end, the largest that its inside allows, and the parts that its values belong to
gaps as (
    select
        feature,
        bin,
        ref_through - ref_rows as ref_before,
        cur_through - cur_rows as cur_before,
        ref_through,
        cur_through,
        ref_n,
        cur_n,
        ref_rows,
        abs(ref_through / ref_n - cur_through / cur_n) as gap,
        greatest(
            ref_through / ref_n - (cur_through - cur_rows) / cur_n,
            cur_through / cur_n - (ref_through - ref_rows) / ref_n
        ) as possible_gap,
        floor((ref_through - ref_rows - 2) / ref_n * {{ quantiles }}) as first_part,
        floor((ref_through + 2) / ref_n * {{ quantiles }}) as last_part
    from totals
),
bounds as (
    select
        feature, bin, ref_before, cur_before, ref_through, cur_through, ref_n, cur_n, ref_rows, gap, first_part, last_part,
        max(gap) over (partition by feature) as largest_gap,
        max(possible_gap) over (partition by feature) as upper_gap
    from gaps
),
places as (
    select
        feature, bin, ref_before, cur_before, ref_through, cur_through, ref_n, cur_n, ref_rows, first_part, last_part, upper_gap,
        min(case when gap = largest_gap then bin end) over (partition by feature) as largest_bin
    from bounds
)

-- 4. the bins that matter
select
    feature,
    bin,
    case when bin = largest_bin then 1 else 0 end as is_largest,
    ref_before,
    cur_before,
    ref_through,
    cur_through,
    ref_n,
    cur_n,
    upper_gap
from places
where bin = largest_bin
    or (ref_rows > 0 and first_part <> last_part)
order by feature, bin
{{- driftql.query_settings() }}
{%- endmacro %}

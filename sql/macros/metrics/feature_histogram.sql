{#
  Histograms of both windows on a common grid, cumulated, of several features: enough to know KS and PSI to within what a
  single bin holds. Of some 65,000 bins only those come back that matter, at most a few dozen per feature:

  * the first at whose end the distance of the two distribution functions is largest: a lower bound of KS (the upper one,
    in upper_gap, is the largest distance that any bin's inside allows: between two ends it can grow by no more than what
    the bin holds),
  * those that hold the reference values next to a quantile.

  features   list of [number, value, is_float, warp, terms]; warp and terms as in grid_bin
  quantiles  how many equal parts the wanted reference quantiles make, such as 10
  narrow     1 for small windows: the features are first read into a narrow common table, so that a wide view is planned
             twice and not twice per feature; 0 for large ones, of which nothing is to be copied

  Columns: feature, bin, is_largest (1 for the first kind), ref_before and cur_before (values in lower bins), ref_through
  and cur_through (this bin's included), ref_n, cur_n, upper_gap.

  Worked example, 4 reference and 4 current values in 3 bins:

    bin  ref_rows  cur_rows  ref_through  cur_through  gap at the end     possible inside
    0    2         0         2            0            2/4 - 0/4 = 0.50   max(2/4 - 0/4, 0/4 - 0/4) = 0.50
    1    1         3         3            3            0                  max(3/4 - 0/4, 3/4 - 2/4) = 0.75
    2    1         1         4            4            0                  max(4/4 - 3/4, 4/4 - 3/4) = 0.25

    KS lies between 0.50 and 0.75.
#}
{% macro feature_histogram(ref, cur, features, quantiles, narrow) %}
    {{ return(adapter.dispatch('feature_histogram', 'driftql')(ref, cur, features, quantiles, narrow)) }}
{% endmacro %}

{% macro default__feature_histogram(ref, cur, features, quantiles, narrow) -%}
with
{%- for name, about, body, is_kept in (driftql.narrow_steps(ref, cur, features) if narrow and not driftql.reads_rows() else []) %}
{{ name }} as (
{{ body | trim('\n') }}
),
{%- endfor %}
-- 1. rows of each bin in each window
window_bins as (
{{- driftql.window_bins(ref, cur, features, narrow) }}
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
        sum(cur_rows) over (partition by feature order by bin rows between unbounded preceding and current row) as cur_through
    from grid_bins
),
sizes as (
    select feature, sum(ref_rows) as ref_n, sum(cur_rows) as cur_n
    from grid_bins
    group by feature
),
-- 3. the distance at each bin's end, the largest that its inside allows, and the parts that its values belong to
gaps as (
    select
        totals.feature,
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
    inner join sizes on totals.feature = sizes.feature
),
bounds as (
    select feature, max(gap) as largest_gap, max(possible_gap) as upper_gap
    from gaps
    group by feature
),
places as (
    select gaps.feature, min(bin) as largest_bin, max(upper_gap) as upper_gap
    from gaps
    inner join bounds on gaps.feature = bounds.feature and gaps.gap = bounds.largest_gap
    group by gaps.feature
)

-- 4. the bins that matter
select
    gaps.feature,
    bin,
    case when bin = largest_bin then 1 else 0 end as is_largest,
    ref_before,
    cur_before,
    ref_through,
    cur_through,
    ref_n,
    cur_n,
    upper_gap
from gaps
inner join places on gaps.feature = places.feature
where bin = largest_bin
    or (ref_rows > 0 and first_part <> last_part)
order by gaps.feature, bin
{%- endmacro %}

{# It computes a CTE again wherever it is named. https://clickhouse.com/docs/sql-reference/statements/select/with #}
{% macro clickhouse__feature_histogram(ref, cur, features, quantiles, narrow) %}
    {{ return(driftql.feature_histogram_chained(ref, cur, features, quantiles)) }}
{% endmacro %}

{# It computes a CTE again wherever it is named, and plans grow with it. https://spark.apache.org/docs/latest/sql-ref-syntax-qry-select-cte.html #}
{% macro spark__feature_histogram(ref, cur, features, quantiles, narrow) %}
    {{ return(driftql.feature_histogram_chained(ref, cur, features, quantiles)) }}
{% endmacro %}

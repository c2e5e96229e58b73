{#
  The counts from which PSI and KS are finished, exactly, for several features: one row a feature.

  features    list of [number, value, is_float]; `number` comes back in the first column
  fractions   the quantiles that make the bins, such as [0.1, ..., 0.9]
  as_double   see below
  repeats     1 where most values occur many times: they are counted before the windows are joined
  narrow      1 for small windows: as in feature_histogram

  Columns: feature, ref_n and cur_n (finite values), ks_ref and ks_cur (how many of each are at or below the value where
  the two distribution functions are furthest apart), ks_value (that value), ref_minimum, ref_maximum, spike_ref and
  spike_cur (how many are at or below the first edge), then for each quantile i: edge_i (numpy.percentile's linear
  interpolation), ref_below_i and cur_below_i (how many are below it).

  Values of all features are compared as doubles. Where that would merge different values (integers beyond 2^53, long
  decimals), call it with that one feature and as_double = 0: values keep their own type and order; edges are doubles
  still.

  Worked example, reference 1, 1, 2, 4 and current 2, 4, 4, fraction 0.5:

    value  ref_rows  cur_rows  ref_total  cur_total  gap
    1      2         0         2          0          |2/4 - 0/3| = 0.50   <- ks_ref = 2, ks_cur = 0
    2      1         1         3          1          |3/4 - 1/3| = 0.42
    4      1         2         4          3          0

    the median lies between the reference's 2nd and 3rd value, 1 and 2: edge_1 = 1.5, ref_below_1 = 2, cur_below_1 = 0
#}
{% macro feature_counts(ref, cur, features, fractions, as_double, repeats, narrow) %}
    {{ return(adapter.dispatch('feature_counts', 'driftql')(ref, cur, features, fractions, as_double, repeats, narrow)) }}
{% endmacro %}

{% macro default__feature_counts(ref, cur, features, fractions, as_double, repeats, narrow) -%}
with
{%- if narrow %}
{{- driftql.narrow_windows(ref, cur, features) }}
{%- endif %}
-- 1. how often each window holds each finite value
window_values as (
{{- driftql.window_values(ref, cur, features, as_double, repeats, narrow) }}
),
-- 2. one row a distinct value
distinct_values as (
    select feature, value, sum(ref_rows) as ref_rows, sum(cur_rows) as cur_rows
    from window_values
    group by feature, value
),
-- 3. how many values of each window are at or below this one, and how many there are
totals as (
    select
        feature,
        value,
        ref_rows,
        sum(ref_rows) over (partition by feature order by value rows between unbounded preceding and current row) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows between unbounded preceding and current row) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n,
        sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
),
-- 4. the distance of the two distribution functions at each value
gaps as (
    select
        feature,
        value,
        ref_rows,
        ref_total,
        cur_total,
        ref_n,
        cur_n,
        abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap
    from totals
),
-- 5. the largest distance, and the two reference values around each quantile
marks as (
    select
        feature,
        max(gap) as largest_gap,
        max(ref_n) as ref_size,
        {{ driftql.as_double('min(case when ref_rows > 0 then value end)') }} as ref_minimum,
        {{ driftql.as_double('max(case when ref_rows > 0 then value end)') }} as ref_maximum
{%- for fraction in fractions %},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') then value end)') }} as low_{{ loop.index }},
        {{ driftql.as_double('min(case when ref_total > floor((ref_n - 1) * ' ~ fraction ~ ') + 1 or ref_total = ref_n then value end)') }} as high_{{ loop.index }}
{%- endfor %}
    from gaps
    group by feature
),
-- 6. how far each quantile lies between these two values
weights as (
    select
        marks.*
{%- for fraction in fractions %},
        (ref_size - 1) * {{ fraction }} - floor((ref_size - 1) * {{ fraction }}) as weight_{{ loop.index }}
{%- endfor %}
    from marks
),
-- 7. the quantiles themselves, interpolated in numpy's order of operations
edges as (
    select
        feature,
        largest_gap,
        ref_minimum,
        ref_maximum
{%- for fraction in fractions %}
{%- set i = loop.index %},
        case
            when weight_{{ i }} < 0.5 then low_{{ i }} + (high_{{ i }} - low_{{ i }}) * weight_{{ i }}
            else high_{{ i }} - (high_{{ i }} - low_{{ i }}) * (1 - weight_{{ i }})
        end as edge_{{ i }}
{%- endfor %}
    from weights
)

-- 8. the counts at the largest distance and below each quantile
select
    gaps.feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = largest_gap then ref_total end) as ks_ref,
    min(case when gap = largest_gap then cur_total end) as ks_cur,
    {{ driftql.as_double('min(case when gap = largest_gap then value end)') }} as ks_value,
    max(ref_minimum) as ref_minimum,
    max(ref_maximum) as ref_maximum,
    max(case when {{ driftql.as_double('value') }} <= edge_1 then ref_total else 0 end) as spike_ref,
    max(case when {{ driftql.as_double('value') }} <= edge_1 then cur_total else 0 end) as spike_cur
{%- for fraction in fractions %}
{%- set i = loop.index %},
    max(edge_{{ i }}) as edge_{{ i }},
    max(case when {{ driftql.as_double('value') }} < edge_{{ i }} then ref_total else 0 end) as ref_below_{{ i }},
    max(case when {{ driftql.as_double('value') }} < edge_{{ i }} then cur_total else 0 end) as cur_below_{{ i }}
{%- endfor %}
from gaps
inner join edges on gaps.feature = edges.feature
group by gaps.feature
order by gaps.feature
{{- driftql.query_settings() }}
{%- endmacro %}

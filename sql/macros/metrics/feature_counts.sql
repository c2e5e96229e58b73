{#
  The counts from which PSI and KS are finished, exactly, for several features: one row per feature.

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
{%- set is_narrow = 1 if narrow and not driftql.reads_rows() else 0 -%}
{%- set windows = ['reference_values', 'current_values'] if is_narrow else [ref, cur] -%}
{%- set values = driftql.window_values(windows[0], windows[1], features, as_double, repeats, is_narrow) -%}
{%- set steps = (driftql.narrow_steps(ref, cur, features) if is_narrow else [])
    + [['window_values', 'how often each window holds each finite value', values, 0]]
    + driftql.gap_steps(0, 0) + driftql.count_steps(fractions, as_double) -%}
{%- set value = 'value' if as_double else driftql.as_double('value') -%}
{%- set final -%}
select
    gaps.feature,
    max(ref_n) as ref_n,
    max(cur_n) as cur_n,
    min(case when gap = largest_gap then ref_total end) as ks_ref,
    min(case when gap = largest_gap then cur_total end) as ks_cur,
    min(case when gap = largest_gap then {{ value }} end) as ks_value,
    max(ref_minimum) as ref_minimum,
    max(ref_maximum) as ref_maximum,
    max(case when {{ value }} <= edge_1 then ref_total else 0 end) as spike_ref,
    max(case when {{ value }} <= edge_1 then cur_total else 0 end) as spike_cur
{%- for fraction in fractions %}
{%- set i = loop.index %},
    max(edge_{{ i }}) as edge_{{ i }},
    max(case when {{ value }} < edge_{{ i }} then ref_total else 0 end) as ref_below_{{ i }},
    max(case when {{ value }} < edge_{{ i }} then cur_total else 0 end) as cur_below_{{ i }}
{%- endfor %}
from gaps
inner join edges on gaps.feature = edges.feature
group by gaps.feature
order by gaps.feature
{%- endset -%}
{{ driftql.query(steps, 'the counts at the largest distance and below each quantile', final) }}
{%- endmacro %}

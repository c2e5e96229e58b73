{#
  From the values of both windows to the distance of their distributions and the quantiles of the reference. A list of steps
  for driftql.query; the step before them is window_values (see value_steps).

  fractions  the quantiles, such as [0.1, ..., 0.9]
  as_double  1 where the values are doubles; 0 where they keep a type of their own, whose order decides, and only the quantiles
             are doubles

  Steps: distinct_values, running_totals, gaps (one row per value: ref_rows and cur_rows, how often each window holds it;
  ref_total and cur_total, how many values are at or below it; ref_n and cur_n; gap, the distance of the two distribution
  functions), marks, edges (one row per feature: largest_gap, cur_size (the current window's
  values), ref_minimum, ref_maximum, and edge_i for each quantile i, by
  numpy.percentile's linear interpolation).
#}
{% macro count_steps(fractions, as_double) %}
    {{ return(adapter.dispatch('count_steps', 'driftql')(fractions, as_double)) }}
{% endmacro %}

{% macro default__count_steps(fractions, as_double) %}
{%- set distinct_values %}
    select
        feature, value,
        {{ driftql.as_double('sum(ref_rows)') }} as ref_rows,
        {{ driftql.as_double('sum(cur_rows)') }} as cur_rows
    from window_values
    group by feature, value
{%- endset -%}
{%- set running_totals %}
    select
        feature, value, ref_rows, cur_rows,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n,
        sum(cur_rows) over (partition by feature) as cur_n
    from distinct_values
{%- endset -%}
{%- set gaps %}
    select
        running_totals.*, abs(ref_total / nullif(ref_n, 0) - cur_total / nullif(cur_n, 0)) as gap
    from running_totals
{%- endset -%}
{%- set marks %}
    select
        feature, max(gap) as largest_gap, max(cur_n) as cur_size,
        min(case when ref_rows > 0 then value end) as ref_minimum,
        max(case when ref_rows > 0 then value end) as ref_maximum
{%- for fraction in fractions %}
{%- set rank = 'floor((ref_n - 1) * ' ~ fraction ~ ')' %},
        min(case when ref_total > {{ rank }} then value end) as lo_{{ loop.index }},
        min(case when ref_total > {{ rank }} + 1 or ref_total = ref_n then value end) as hi_{{ loop.index }},
        (max(ref_n) - 1) * {{ fraction }} - floor((max(ref_n) - 1) * {{ fraction }}) as w_{{ loop.index }}
{%- endfor %}
    from gaps
    group by feature
{%- endset -%}
{%- set edges %}
    select
        feature, largest_gap, cur_size,
{%- if as_double %} ref_minimum, ref_maximum
{%- else %}
        {{ driftql.as_double('ref_minimum') }} as ref_minimum,
        {{ driftql.as_double('ref_maximum') }} as ref_maximum
{%- endif %}
{%- for fraction in fractions %}
{%- set i = loop.index %}
{%- set low = 'lo_' ~ i if as_double else driftql.as_double('lo_' ~ i) %}
{%- set high = 'hi_' ~ i if as_double else driftql.as_double('hi_' ~ i) %},
        case when w_{{ i }} < 0.5 then {{ low }} + ({{ high }} - {{ low }}) * w_{{ i }}
            {{- '\n            ' if i > 9 or not as_double else ' ' }}else {{ high }} - ({{ high }} - {{ low }}) * (1 - w_{{ i }}) end as edge_{{ i }}
{%- endfor %}
    from marks
{%- endset -%}
    {{ return([
        ['distinct_values', 'one row per different value', distinct_values, 0],
        ['running_totals', 'how many values of each window are at or below this one, and how many there are', running_totals, 0],
        ['gaps', 'the distance of the two distribution functions at each value', gaps, 0],
        ['marks', 'the largest distance, and the reference values lo and hi around each quantile, w of the way apart', marks, 0],
        ['edges', "the quantiles of the reference, interpolated in numpy's order of operations", edges, 0]
    ]) }}
{% endmacro %}

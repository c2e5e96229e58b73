{#
  From the distance of two distributions at each value to the quantiles of the reference. A list of steps for driftql.query; gaps
  (see gap_steps) comes before it.

  fractions  the quantiles, such as [0.1, ..., 0.9]
  as_double  1 where the values are doubles; 0 where they keep a type of their own, whose order decides, and only the quantiles
             are doubles

  Steps: marks, edges (one row per feature: largest_gap, ref_minimum, ref_maximum, and edge_i for each quantile i, by
  numpy.percentile's linear interpolation).
#}
{% macro count_steps(fractions, as_double) %}
    {{ return(adapter.dispatch('count_steps', 'driftql')(fractions, as_double)) }}
{% endmacro %}

{% macro default__count_steps(fractions, as_double) %}
{%- set marks %}
    select
        feature, max(gap) as largest_gap,
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
        feature, largest_gap,
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
        ['marks', 'the largest distance, and the reference values lo and hi around each quantile, w of the way apart', marks, 0],
        ['edges', "the quantiles of the reference, interpolated in numpy's order of operations", edges, 0]
    ]) }}
{% endmacro %}

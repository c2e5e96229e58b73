{#
  Mean, sample standard deviation and quantiles of a window's confidence, in one row.
#}
{% macro confidence_profile(source, confidence) %}
    {{ return(adapter.dispatch('confidence_profile', 'driftql')(source, confidence)) }}
{% endmacro %}

{% macro default__confidence_profile(source, confidence) -%}
with
confidences as (
    select {{ confidence }} as confidence
    from {{ source }} as current_window
)

select
    count(confidence) as confidence_rows,
    avg(confidence) as confidence_mean,
    stddev_samp(confidence) as confidence_deviation,
    {{ driftql.quantile('confidence', '0.05') }} as confidence_p5,
    {{ driftql.quantile('confidence', '0.5') }} as confidence_median,
    {{ driftql.quantile('confidence', '0.95') }} as confidence_p95
from confidences
{%- endmacro %}

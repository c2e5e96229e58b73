{#
  Mean, sample standard deviation and quantiles (0.05, 0.5, 0.95) of a window's confidence, in one row; how many rows have one, and
  how many one outside of [0, 1].

  source      the window
  confidence  an expression in [0, 1]; NULL where a row has none
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
    count(*) as row_count,
    count(confidence) as confidence_rows,
    {{ driftql.count_if('confidence < 0 or confidence > 1') }} as outside_rows,
    avg(confidence) as confidence_mean,
    stddev_samp(confidence) as confidence_deviation,
    {{ driftql.quantiles('confidence', ['0.05', '0.5', '0.95']) }} as confidence_quantiles
from confidences
{{- driftql.query_settings() }}
{%- endmacro %}

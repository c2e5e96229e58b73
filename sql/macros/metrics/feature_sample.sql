{#
  Roughly how the values of several features spread, from a sample of each window: one row a feature and window with the
  sampled rows, the approximate number of different values, and quantiles. Only the choice of histogram bins rests on it.

  sources    the two sampled windows
  features   list of [number, value, is_float]
  fractions  the quantiles wanted
#}
{% macro feature_sample(sources, features, fractions) %}
    {{ return(adapter.dispatch('feature_sample', 'driftql')(sources, features, fractions)) }}
{% endmacro %}

{% macro default__feature_sample(sources, features, fractions) -%}
with
{%- for source in sources %}
sample_{{ loop.index0 }} as (
    select
{%- for number, value, is_float in features %}
        {{ driftql.as_double('case when ' ~ driftql.is_finite(value, is_float) ~ ' then ' ~ value ~ ' end') }} as value_{{ number }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as sampled_window
){{ ',' if not loop.last }}
{%- endfor %}

{% for number, value, is_float in features %}
{%- set first = loop.first %}
{%- for source in sources %}
{%- if not (first and loop.first) %}
union all
{% endif -%}
select
    {{ number }} as feature,
    {{ loop.index0 }} as is_current,
    count(value_{{ number }}) as sampled_rows,
    {{ driftql.approximate_distinct('value_' ~ number) }} as distinct_values,
    {{ driftql.quantiles('value_' ~ number, fractions) }} as spread
from sample_{{ loop.index0 }}
{% endfor %}
{%- endfor -%}
order by feature, is_current
{%- endmacro %}

{#
  Roughly how the values of several features spread, from a sample of each window: a row for the reference
  (is_current = 0) and one for the current window (1). Only the choice of histogram bins rests on it.

  sources    the two sampled windows
  features   list of [number, value, is_float]
  fractions  the quantiles wanted

  A feature i gives sampled_i (rows with a finite value), distinct_i (approximately how many different values) and
  spread_i (the quantiles, as an array).
#}
{% macro feature_sample(sources, features, fractions) %}
    {{ return(adapter.dispatch('feature_sample', 'driftql')(sources, features, fractions)) }}
{% endmacro %}

{% macro default__feature_sample(sources, features, fractions) -%}
{%- for source in sources %}
select
    {{ loop.index0 }} as is_current
{%- for number, value, is_float in features %},
    count(value_{{ number }}) as sampled_{{ number }},
    {{ driftql.approximate_distinct('value_' ~ number) }} as distinct_{{ number }},
    {{ driftql.quantiles('value_' ~ number, fractions) }} as spread_{{ number }}
{%- endfor %}
from (
    select
{%- for number, value, is_float in features %}
        {{ driftql.as_double('case when ' ~ driftql.is_finite(value, is_float) ~ ' then ' ~ value ~ ' end') }} as value_{{ number }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as sampled_window
) as sampled_values
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
order by is_current
{{- driftql.query_settings() }}
{%- endmacro %}

{# Its percentile_cont may be called with one ORDER BY only in a query: a query each. Nor may it stand beside another
   aggregate of distinct values: one more query each. https://docs.aws.amazon.com/redshift/latest/dg/r_PERCENTILE_CONT.html,
   and what it answers otherwise: https://github.com/data-mie/dbt-profiler/issues/84 #}
{% macro redshift__feature_sample(sources, features, fractions) -%}
with
{%- for source in sources %}
{%- set side = loop.index0 %}
{%- set last = loop.last %}
sample_{{ side }} as (
    select
{%- for number, value, is_float in features %}
        {{ driftql.as_double('case when ' ~ driftql.is_finite(value, is_float) ~ ' then ' ~ value ~ ' end') }} as value_{{ number }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as sampled_window
),
{%- for number, value, is_float in features %}
sample_{{ side }}_{{ number }} as (
    select
        count(value_{{ number }}) as sampled_{{ number }},
        {{ driftql.quantiles('value_' ~ number, fractions) }} as spread_{{ number }}
    from sample_{{ side }}
),
different_{{ side }}_{{ number }} as (
    select {{ driftql.approximate_distinct('value_' ~ number) }} as distinct_{{ number }}
    from sample_{{ side }}
){{ ',' if not (last and loop.last) }}
{%- endfor %}
{%- endfor %}
{% for source in sources %}
{%- set side = loop.index0 %}
select
    {{ side }} as is_current
{%- for number, value, is_float in features %},
    sampled_{{ number }},
    distinct_{{ number }},
    spread_{{ number }}
{%- endfor %}
from sample_{{ side }}_{{ features[0][0] }}
cross join different_{{ side }}_{{ features[0][0] }}
{%- for number, value, is_float in features[1:] %}
cross join sample_{{ side }}_{{ number }}
cross join different_{{ side }}_{{ number }}
{%- endfor %}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
order by is_current
{%- endmacro %}

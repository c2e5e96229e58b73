{#
  The bins behind the PSI of each feature: one row a feature and bin, in order.

  features   list of [quoted name, value, is_float]
  fractions  the quantiles that make the bins, such as [0.1, ..., 0.9]
  settings   psi_epsilon: shares below it are raised to it

  Columns: feature, bin (its number from 1), lower and upper (a bin holds lower <= x < upper; NULL at an open end),
  ref_count, cur_count, contribution (its part of the PSI). Equal quantiles are one edge, as in the Python host.
#}
{% macro bins_query(ref, cur, features, fractions, settings) %}
    {{ return(adapter.dispatch('bins_query', 'driftql')(ref, cur, features, fractions, settings)) }}
{% endmacro %}

{% macro default__bins_query(ref, cur, features, fractions, settings) -%}
{%- set bins = fractions | length + 1 -%}
with
-- 1. one row a feature, with the counts of its bins side by side
feature_bins as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select *
    from (
{{ driftql.feature_bins(ref, cur, features, fractions, settings['psi_epsilon']) | indent(8, true) }}
    ) as binned
),
-- 2. the numbers of the bins
numbers as (
{%- for i in range(1, bins + 1) %}
    select {{ i }} as bin{{ ' union all' if not loop.last }}
{%- endfor %}
),
-- 3. one row a feature and bin; where one value holds all quantiles, the first bin ends just above it
numbered as (
    select
        feature_bins.feature,
        numbers.bin,
        is_spike,
        case
            when is_spike = 1 and numbers.bin = 1 then null
            when is_spike = 1 then case when edge_1 = 0 then 2.2250738585072014e-308 else edge_1 + abs(edge_1) * 1.1102230246251568e-16 end
{%- for i in range(2, bins + 1) %}
            when numbers.bin = {{ i }} then edge_{{ i - 1 }}
{%- endfor %}
        end as lower,
        case
            when is_spike = 1 and numbers.bin = {{ bins }} then null
            when is_spike = 1 then case when edge_1 = 0 then 2.2250738585072014e-308 else edge_1 + abs(edge_1) * 1.1102230246251568e-16 end
{%- for i in range(1, bins) %}
            when numbers.bin = {{ i }} then edge_{{ i }}
{%- endfor %}
        end as upper,
        case numbers.bin
{%- for i in range(1, bins + 1) %}
            when {{ i }} then ref_bin_{{ i }}
{%- endfor %}
        end as ref_count,
        case numbers.bin
{%- for i in range(1, bins + 1) %}
            when {{ i }} then cur_bin_{{ i }}
{%- endfor %}
        end as cur_count,
        case numbers.bin
{%- for i in range(1, bins + 1) %}
            when {{ i }} then psi_{{ i }}
{%- endfor %}
        end as contribution
    from feature_bins
    cross join numbers
    where ref_n > 0 and cur_n > 0 and ref_minimum < ref_maximum
)

-- 4. equal quantiles make one edge: the bins between them are no bins
select
    feature,
    row_number() over (partition by feature order by bin) as bin,
    lower,
    upper,
    cast(ref_count as {{ driftql.type_integer() }}) as ref_count,
    cast(cur_count as {{ driftql.type_integer() }}) as cur_count,
    contribution
from numbered
where bin in (1, {{ bins }}) or (is_spike = 0 and lower < upper)
order by feature, bin
{{- driftql.query_settings() }}
{%- endmacro %}

{#
  The columns of bins_query, as a select without an order from the step shares of share_steps: the bins of the features that have any, without those that
  equal quantiles leave empty.

  key  the column of features that the column `feature` of the bins refers to: place or feature
#}
{% macro bin_results(key) %}
    {{ return(adapter.dispatch('bin_results', 'driftql')(key)) }}
{% endmacro %}

{% macro default__bin_results(key) -%}
select
    features.feature as feature,
    row_number() over (partition by features.feature order by bin) as bin,
    lower,
    upper,
    cast(ref_rows as {{ driftql.type_integer() }}) as ref_count,
    cast(cur_rows as {{ driftql.type_integer() }}) as cur_count,
    case when ref_rows + cur_rows > 0 then (cur_share - ref_share) * ln(cur_share / ref_share) else 0 end
        as contribution
from shares
inner join features on features.{{ key }} = shares.feature
where ref_minimum < ref_maximum
    and cur_n > 0
    and (lower is null or upper is null or lower < upper)
{%- endmacro %}

{#
  The columns of features_query, as a select from the step tails; it has no order.
#}
{% macro feature_results() %}
    {{ return(adapter.dispatch('feature_results', 'driftql')()) }}
{% endmacro %}

{% macro default__feature_results() -%}
select
    feature,
    cast(ref_n as {{ driftql.type_integer() }}) as ref_rows,
    cast(cur_n as {{ driftql.type_integer() }}) as cur_rows,
    cast(ref_all - ref_present as {{ driftql.type_integer() }}) as ref_missing,
    cast(cur_all - cur_present as {{ driftql.type_integer() }}) as cur_missing,
    cast(ref_present - ref_n as {{ driftql.type_integer() }}) as ref_non_finite,
    cast(cur_present - cur_n as {{ driftql.type_integer() }}) as cur_non_finite,
    case when few_rows is null then psi end as psi,
    case
        when few_rows is not null then null
        when chi_square is not null then {{ driftql.chi_square_tail('x', 'df', 'deviate', 'tail', 'odd', 'eta', 'mu') }}
        when ref_minimum = ref_maximum and psi = 0 then 1
    end as psi_p_value,
    case
        when few_rows is not null then null
        when chi_square is not null then spread * ({{ driftql.chi_square_limit('freedom') }})
        when ref_minimum = ref_maximum and psi = 0 then 0
    end as psi_noise,
    case when few_rows is null then ks end as ks_statistic,
    case when few_rows is null then {{ driftql.kolmogorov_tail('ks_z') }} end as ks_p_value,
    case when few_rows is null then ks_value end as ks_location,
    ref_minimum,
    ref_maximum,
    case when few_rows is null then psi_reason else few_rows end as psi_reason,
    few_rows as ks_reason
from tails
{%- endmacro %}

{#
  The final select of bins_query, from the step named_bins of edge_steps.
#}
{% macro bin_results() %}
    {{ return(adapter.dispatch('bin_results', 'driftql')()) }}
{% endmacro %}

{% macro default__bin_results() -%}
select
    feature,
    row_number() over (partition by feature order by bin) as bin,
    lower,
    upper,
    cast(coalesce(ref_rows, 0) as {{ driftql.type_integer() }}) as ref_count,
    cast(coalesce(cur_rows, 0) as {{ driftql.type_integer() }}) as cur_count,
    coalesce(psi, 0) as contribution
from named_bins
order by feature, bin
{%- endmacro %}

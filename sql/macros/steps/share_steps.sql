{#
  The shares of each bin. A list of steps for driftql.query; thresholds and bins (see bin_steps) come
  before it.

  The step shares has the columns of bins, and ref_share and cur_share, which are at least psi_epsilon.
#}
{% macro share_steps() %}
    {{ return(adapter.dispatch('share_steps', 'driftql')()) }}
{% endmacro %}

{% macro default__share_steps() %}
{%- set shares %}
    select
        bins.*,
        case when ref_rows > psi_epsilon * ref_n then ref_rows / nullif(ref_n, 0) else psi_epsilon end as ref_share,
        case when cur_rows > psi_epsilon * cur_n then cur_rows / nullif(cur_n, 0) else psi_epsilon end as cur_share
    from bins
    cross join thresholds
{%- endset -%}
    {{ return([['shares', 'the share of each bin, none below psi_epsilon', shares, 1]]) }}
{% endmacro %}

{#
  The shares of each bin. A list of steps for driftql.query; thresholds and bins (see bin_steps) come before it.

  The step shares has the columns of bins, and ref_share and cur_share, which are at least psi_epsilon.
#}
{% macro share_steps() %}
    {{ return(adapter.dispatch('share_steps', 'driftql')()) }}
{% endmacro %}

{% macro default__share_steps() %}
{%- set shares %}
    select bins.*,
{%- for prefix in ['ref', 'cur'] %}
        case when {{ prefix }}_rows > psi_epsilon * {{ prefix }}_n then {{ prefix }}_rows / nullif({{ prefix }}_n, 0) else psi_epsilon end as {{ prefix }}_share
        {{- ',' if not loop.last }}
{%- endfor %}
    from bins cross join thresholds
{%- endset -%}
    {{ return([['shares', 'the share of each bin, none below psi_epsilon', shares, 1]]) }}
{% endmacro %}

{#
  The rows of both windows with the cluster that each belongs to, such as its day or its user, and what it contributes to some
  measures. A list of steps for driftql.query.

  clusters  list of two: the cluster in the reference and in the current window; rows where it is NULL are left out
  measures  list of [number, kind, reference value, current value, is_float, limits]: see measure_value and measure_hits

  Step: entries (is_current, cluster_id, value_1, value_2, ..., after the numbers).
#}
{% macro measure_steps(ref, cur, clusters, measures, is_list, floor) %}
    {{ return(adapter.dispatch('measure_steps', 'driftql')(ref, cur, clusters, measures, is_list, floor)) }}
{% endmacro %}

{% macro default__measure_steps(ref, cur, clusters, measures, is_list, floor) %}
{%- set entries %}
{%- for source in [ref, cur] %}
{%- set place = loop.index0 %}
    select
        {{ place }} as is_current,
        {{ clusters[place] }} as cluster_id
{%- for number, kind, ref_value, cur_value, is_float, limits in measures %},
        {{ driftql.measure_value(kind, [ref_value, cur_value][place], is_float, is_list, floor) }} as value_{{ number }}
{%- endfor %}
    from {{ source }} as {{ 'current_window' if place else 'reference_window' }}
    where {{ clusters[place] }} is not null
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endset -%}
    {{ return([['entries', 'the cluster of every row, and what it contributes', entries, 0]]) }}
{% endmacro %}

{#
  What each cluster of rows, such as a day, contributes to some measures, such as the shares below the edges of a feature: one row
  per window and cluster, in the order of both. Where rows of a cluster are alike, the noise of a share is read off these.

  clusters  list of two: the cluster in the reference and in the current window; rows where it is NULL are left out
  measures  list of [number, kind, reference value, current value, is_float, limits]: see measure_value and measure_hits

  Columns: is_current, cluster_id, and after the number of each measure rows_1 (how many rows count) and hits_1_1, hits_1_2, ...
  (how many of them are below each edge, or in each category); of the kind entropy hits_1_1 is the sum of the entropies.
#}
{% macro cluster_counts(ref, cur, clusters, measures, is_list, floor) %}
    {{ return(adapter.dispatch('cluster_counts', 'driftql')(ref, cur, clusters, measures, is_list, floor)) }}
{% endmacro %}

{% macro default__cluster_counts(ref, cur, clusters, measures, is_list, floor) -%}
{%- set final -%}
select
    is_current,
    cluster_id
{%- for number, kind, ref_value, cur_value, is_float, limits in measures %},
    count(value_{{ number }}) as rows_{{ number }}
{%- for hit in driftql.measure_hits(kind, 'value_' ~ number, limits) %},
    {{ driftql.count_if(hit) }} as hits_{{ number }}_{{ loop.index }}
{%- endfor %}
{%- if kind == 'entropy' %},
    sum(value_{{ number }}) as hits_{{ number }}_1
{%- endif %}
{%- endfor %}
from entries
group by is_current, cluster_id
order by is_current, cluster_id
{%- endset -%}
{{ driftql.query(driftql.measure_steps(ref, cur, clusters, measures, is_list, floor), 'the sums of each cluster', final) }}
{%- endmacro %}

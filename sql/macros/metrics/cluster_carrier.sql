{#
  The cluster of rows, such as a user, that carries the most of a change: without its rows, the change would be smallest, or even the
  other way round. One row, or none: cluster_id, change (of a share, or of a mean) and change_without (of all other rows).

  clusters  list of two: the cluster in the reference and in the current window; rows where it is NULL are left out
  measure   [number, kind, reference value, current value, is_float, limits]: see measure_value and measure_hits
  share     which of its shares, from 1
#}
{% macro cluster_carrier(ref, cur, clusters, measure, share, is_list, floor) %}
    {{ return(adapter.dispatch('cluster_carrier', 'driftql')(ref, cur, clusters, measure, share, is_list, floor)) }}
{% endmacro %}

{% macro default__cluster_carrier(ref, cur, clusters, measure, share, is_list, floor) -%}
{%- set value = 'value_' ~ measure[0] -%}
{%- set hits = driftql.measure_hits(measure[1], value, measure[5]) -%}
{%- set counted %}
    select
        cluster_id
{%- for prefix in ['ref', 'cur'] %}
{%- set own = 'is_current = ' ~ loop.index0 %},
        {{ driftql.as_double('count(case when ' ~ own ~ ' then ' ~ value ~ ' end)') }} as {{ prefix }}_n,
{%- if hits %}
        {{ driftql.as_double(driftql.count_if(own ~ ' and ' ~ hits[share - 1])) }} as {{ prefix }}_k
{%- else %}
        coalesce(sum(case when {{ own }} then {{ value }} end), {{ driftql.as_double('0') }}) as {{ prefix }}_k
{%- endif %}
{%- endfor %}
    from entries
    where {{ value }} is not null
    group by cluster_id
{%- endset -%}
{%- set totals %}
    select sum(ref_n) as ref_rows, sum(cur_n) as cur_rows, sum(ref_k) as ref_hits, sum(cur_k) as cur_hits
    from counted
{%- endset -%}
{%- set changes %}
    select
        cluster_id,
        cur_hits / nullif(cur_rows, 0) - ref_hits / nullif(ref_rows, 0) as change,
        (cur_hits - cur_k) / nullif(cur_rows - cur_n, 0) - (ref_hits - ref_k) / nullif(ref_rows - ref_n, 0) as change_without
    from counted
    cross join totals
{%- endset -%}
{%- set final -%}
select cluster_id, change, change_without
from changes
where change_without is not null and change <> 0
order by change_without / change, cluster_id
limit 1
{%- endset -%}
{{ driftql.query(driftql.measure_steps(ref, cur, clusters, [measure], is_list, floor) + [
    ['counted', 'the rows and the hits of each cluster in each window', counted, 1],
    ['totals', 'those of all clusters', totals, 0],
    ['changes', 'the change with and without each cluster', changes, 0]
], 'the one that carries the most', final) }}
{%- endmacro %}

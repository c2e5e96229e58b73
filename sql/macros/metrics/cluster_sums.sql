{#
  The sums over clusters of rows, such as users, that the evidence of one measure is made from: one row, however many clusters there
  are. A measure has shares: those of the rows below each edge of a feature, or in each category.

  clusters  list of two: the cluster in the reference and in the current window; rows where it is NULL are left out
  measure   [number, kind, reference value, current value, is_float, limits]: see measure_value and measure_hits
  largest   no cluster counts for more than this share of its window's rows; or for an equal share, where that is more

  Columns, for J shares: ref_clusters, cur_clusters, ref_rows, cur_rows; ref_weights and cur_weights (sums of the squared weights),
  overlap (sum of the smaller weight), weights_squared, weights_noise, noise_squared and noise (sums of B^2, B I, I^2 and I, B being the
  sum of both squared weights of a cluster and I what independent rows would contribute); after the number of each share ref_share_1,
  cur_share_1, share_1 (of both windows), ref_square_1, cur_square_1 and product_1 (sums of the squared residuals of each window, and of
  their products); and of each share and the next one ref_neighbor_1, cur_neighbor_1 and neighbor_product_1.

  The weight of a cluster of n rows is w = a n / sum(a n), with a = 1, or less where n exceeds the largest share. Its residual is
  a (k - n p) / (sum(a n) - a n), where k of its rows are hits and p is the weighted share of its window: by so much p would change
  without the cluster. Residuals are formed before they are squared, so nothing cancels.
#}
{% macro cluster_sums(ref, cur, clusters, measure, largest, is_list, floor) %}
    {{ return(adapter.dispatch('cluster_sums', 'driftql')(ref, cur, clusters, measure, largest, is_list, floor)) }}
{% endmacro %}

{% macro default__cluster_sums(ref, cur, clusters, measure, largest, is_list, floor) -%}
{%- set value = 'value_' ~ measure[0] -%}
{%- set hits = driftql.measure_hits(measure[1], value, measure[5]) -%}
{%- set shares = range(1, (hits | length or 1) + 1) | list -%}
{%- set windows = [['ref', 'n', 'r', 'a', 'x', 'w'], ['cur', 'm', 'c', 'b', 'y', 'v']] -%}
{%- set counted %}
    select
        cluster_id
{%- for prefix, n, k, part, residual, weight in windows %}
{%- set own = 'is_current = ' ~ loop.index0 %},
        {{ driftql.as_double('count(case when ' ~ own ~ ' then ' ~ value ~ ' end)') }} as {{ n }}
{%- for hit in hits %},
        {{ driftql.as_double(driftql.count_if(own ~ ' and ' ~ hit)) }} as {{ k }}_{{ loop.index }}
{%- endfor %}
{%- if not hits %},
        coalesce(sum(case when {{ own }} then {{ value }} end), {{ driftql.as_double('0') }}) as {{ k }}_1
{%- endif %}
{%- endfor %}
    from entries
    where {{ value }} is not null
    group by cluster_id
{%- endset -%}
{%- set totals %}
    select
        sum(n) as ref_rows, {{ driftql.as_double(driftql.count_if('n > 0')) }} as ref_clusters,
        sum(m) as cur_rows, {{ driftql.as_double(driftql.count_if('m > 0')) }} as cur_clusters
    from counted
{%- endset -%}
{%- set capped %}
    select
        counted.*,
        totals.*
{%- for prefix, n, k, part, residual, weight in windows %}
{%- set limit = 'greatest(' ~ largest ~ ', 1 / nullif(' ~ prefix ~ '_clusters, 0)) * ' ~ prefix ~ '_rows' %},
        case when {{ n }} > {{ limit }} then {{ limit }} / {{ n }} else {{ driftql.as_double('1') }} end as {{ part }}
{%- endfor %}
    from counted
    cross join totals
{%- endset -%}
{%- set weighed %}
    select
        nullif(sum(a * n), 0) as ref_n,
        nullif(sum(b * m), 0) as cur_n
{%- for j in shares %},
        sum(a * r_{{ j }}) as ref_hits_{{ j }},
        sum(b * c_{{ j }}) as cur_hits_{{ j }}
{%- endfor %}
    from capped
{%- endset -%}
{%- set residuals %}
    select
        weighed.*,
        ref_clusters,
        cur_clusters,
        ref_rows,
        cur_rows,
        a * n / ref_n as w,
        b * m / cur_n as v,
        a * a * n / (ref_n * ref_n) + b * b * m / (cur_n * cur_n) as i
{%- for prefix, n, k, part, residual, weight in windows %}
{%- set rest = '(' ~ prefix ~ '_n - ' ~ part ~ ' * ' ~ n ~ ')' %}
{%- for j in shares %},
        case when {{ rest }} > 1e-9 * {{ prefix }}_n
            then {{ part }} * ({{ k }}_{{ j }} - {{ n }} * {{ prefix }}_hits_{{ j }} / {{ prefix }}_n) / {{ rest }}
            else 0 end as {{ residual }}_{{ j }}
{%- endfor %}
{%- endfor %}
    from capped
    cross join weighed
{%- endset -%}
{%- set final -%}
select
    min(ref_clusters) as ref_clusters,
    min(cur_clusters) as cur_clusters,
    min(ref_rows) as ref_rows,
    min(cur_rows) as cur_rows,
    sum(w * w) as ref_weights,
    sum(v * v) as cur_weights,
    sum(least(w, v)) as overlap,
    sum((w * w + v * v) * (w * w + v * v)) as weights_squared,
    sum((w * w + v * v) * i) as weights_noise,
    sum(i * i) as noise_squared,
    sum(i) as noise
{%- for j in shares %},
    min(ref_hits_{{ j }} / ref_n) as ref_share_{{ j }},
    min(cur_hits_{{ j }} / cur_n) as cur_share_{{ j }},
    min((ref_hits_{{ j }} + cur_hits_{{ j }}) / (ref_n + cur_n)) as share_{{ j }},
    sum(x_{{ j }} * x_{{ j }}) as ref_square_{{ j }},
    sum(y_{{ j }} * y_{{ j }}) as cur_square_{{ j }},
    sum(x_{{ j }} * y_{{ j }}) as product_{{ j }}
{%- endfor %}
{%- for j in shares[1:] %},
    sum(x_{{ j - 1 }} * x_{{ j }}) as ref_neighbor_{{ j - 1 }},
    sum(y_{{ j - 1 }} * y_{{ j }}) as cur_neighbor_{{ j - 1 }},
    sum(x_{{ j - 1 }} * y_{{ j }} + x_{{ j }} * y_{{ j - 1 }}) / 2 as neighbor_product_{{ j - 1 }}
{%- endfor %}
from residuals
{%- endset -%}
{{ driftql.query(driftql.measure_steps(ref, cur, clusters, [measure], is_list, floor) + [
    ['counted', 'the rows and the hits of each cluster in each window', counted, 1],
    ['totals', 'the rows and the clusters of each window', totals, 0],
    ['capped', 'the part of its rows for which each cluster counts', capped, 0],
    ['weighed', 'the rows and the hits that count', weighed, 0],
    ['residuals', 'the weight and the residuals of each cluster', residuals, 0]
], 'the sums over clusters', final) }}
{%- endmacro %}

{#
  The bins of PSI, one row a feature: the columns of feature_counts, and for each bin i the counts ref_bin_i and cur_bin_i
  and its part of the PSI, psi_i. Equal quantiles leave empty bins between them, whose part is 0; is_spike = 1 where every
  quantile is the smallest reference value: then that value has bin 1, with what is below it, and all above is in the last.

  features   list of [quoted name, value, is_float]; the name comes back in the column `feature`
  fractions  the quantiles that make the bins, such as [0.1, ..., 0.9]
  epsilon    shares below it are raised to it

  PSI of one bin with shares p (reference) and q (current) is (q - p) * ln(q / p).
#}
{% macro feature_bins(ref, cur, features, fractions, epsilon) %}
    {{ return(adapter.dispatch('feature_bins', 'driftql')(ref, cur, features, fractions, epsilon)) }}
{% endmacro %}

{% macro default__feature_bins(ref, cur, features, fractions, epsilon) -%}
{%- set bins = fractions | length + 1 -%}
with
-- 1. counts below each quantile of the reference
counted as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select *
    from (
{{ driftql.feature_counts(ref, cur, features, fractions, 1, 0, 0) | indent(8, true) }}
    ) as feature_counts
),
-- 2. whether one value, the smallest, holds all quantiles
spikes as (
    select
        counted.*,
        case when ref_minimum = edge_{{ bins - 1 }} and ref_minimum < ref_maximum then 1 else 0 end as is_spike
    from counted
),
-- 3. counts in each bin
bins as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        spikes.*
{%- for window in ['ref', 'cur'] %},
        case when is_spike = 1 then spike_{{ window }} else {{ window }}_below_1 end as {{ window }}_bin_1
{%- for i in range(2, bins) %},
        {{ window }}_below_{{ i }} - {{ window }}_below_{{ i - 1 }} as {{ window }}_bin_{{ i }}
{%- endfor %},
        {{ window }}_n - case when is_spike = 1 then spike_{{ window }} else {{ window }}_below_{{ bins - 1 }} end as {{ window }}_bin_{{ bins }}
{%- endfor %}
    from spikes
),
-- 4. their shares, none below the floor
shares as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        bins.*
{%- for window in ['ref', 'cur'] %}
{%- for i in range(1, bins + 1) %},
        case when {{ window }}_bin_{{ i }} > {{ epsilon }} * {{ window }}_n then {{ window }}_bin_{{ i }} / nullif({{ window }}_n, 0) else {{ epsilon }} end as {{ window }}_share_{{ i }}
{%- endfor %}
{%- endfor %}
    from bins
)

-- 5. what each bin adds to the PSI
select
    shares.*
{%- for i in range(1, bins + 1) %},
    (cur_share_{{ i }} - ref_share_{{ i }}) * ln(cur_share_{{ i }} / ref_share_{{ i }}) as psi_{{ i }}
{%- endfor %}
from shares
{{- driftql.query_settings() }}
{%- endmacro %}

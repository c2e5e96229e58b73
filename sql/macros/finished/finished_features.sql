{#
  PSI and KS of several features, finished: one row a feature, in the order given.

  features   list of [quoted name, value, is_float]; some 25 in one statement
  fractions  the quantiles that make the PSI bins, such as [0.1, ..., 0.9]
  settings   min_rows: fewer finite values in a window are too few; psi_epsilon: shares below it are raised to it

  Columns: feature; ref_rows, cur_rows (finite values), ref_missing, cur_missing (NULL), ref_non_finite, cur_non_finite (NaN
  and infinities); psi, psi_p_value, psi_noise (what noise alone exceeds in 5 % of checks); ks_statistic, ks_p_value,
  ks_location (the value at which the distribution functions are furthest apart); ref_minimum, ref_maximum; psi_reason and
  ks_reason: why there is no statistic or no p-value, else NULL.

  PSI without drift is (1 / n + 1 / m) times a chi-square variable, where all bins hold many rows (Yurdakul and Naranjo 2020,
  Journal of Risk Model Validation 14(4)). With r rows of n in a bin, noise adds 1 in 2 * m * (bins - 1) / sum(n / r - 1) to
  it: that matters where a bin expects fewer than 300 rows, and below psi_null_rows() there is no p-value.
  Values are compared as doubles.
#}
{% macro finished_features(ref, cur, features, fractions, settings) %}
    {{ return(adapter.dispatch('finished_features', 'driftql')(ref, cur, features, fractions, settings)) }}
{% endmacro %}

{% macro default__finished_features(ref, cur, features, fractions, settings) -%}
{%- set bins = fractions | length + 1 -%}
with
-- 1. how many rows each window has, and how many of them hold a value
presence as (
{%- for source in [ref, cur] %}
    select
        {{ loop.index0 }} as is_current,
        count(*) as all_rows
{%- for name, value, is_float in features %},
        count({{ value }}) as present_{{ loop.index }}
{%- endfor %}
    from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
),
-- 2. the features by name
names as (
{%- for name, value, is_float in features %}
    select {{ loop.index }} as place, {{ driftql.as_text(name) }} as feature{{ ' union all' if not loop.last }}
{%- endfor %}
),
-- 3. the same, one row a feature
present as (
    select
        place,
        feature
{%- for window in ['ref', 'cur'] %},
        {{ driftql.as_double('max(case when is_current = ' ~ loop.index0 ~ ' then all_rows end)') }} as {{ window }}_all,
        {{ driftql.as_double('max(case when is_current = ' ~ loop.index0 ~ ' then present_rows end)') }} as {{ window }}_present
{%- endfor %}
    from (
        select
            names.place,
            names.feature,
            presence.is_current,
            presence.all_rows,
            case names.place
{%- for name, value, is_float in features %}
                when {{ loop.index }} then presence.present_{{ loop.index }}
{%- endfor %}
            end as present_rows
        from presence
        cross join names
    ) as present_values
    group by place, feature
),
-- 4. the counts behind PSI and KS
counted as (
    select *
    from (
{{ driftql.feature_bins(ref, cur, features, fractions, settings['psi_epsilon']) | indent(8, true) }}
    ) as feature_bins
),
-- 5. both statistics
statistics as (
    select
        present.place,
        present.feature,
        ref_all,
        cur_all,
        ref_present,
        cur_present,
        coalesce(ref_n, 0) as ref_n,
        coalesce(cur_n, 0) as cur_n,
        ref_minimum,
        ref_maximum,
        ks_value,
        abs(ks_ref / nullif(ref_n, 0) - ks_cur / nullif(cur_n, 0)) as ks,
{%- for i in range(1, bins + 1) %}
        {{ '+ ' if not loop.first }}psi_{{ i }}{{ ' as psi,' if loop.last }}
{%- endfor %}
{%- for i in range(1, bins + 1) %}
        {{ '+ ' if not loop.first }}case when ref_bin_{{ i }} + cur_bin_{{ i }} > 0 then 1e0 else 0e0 end{{ ' - 1 as freedom,' if loop.last }}
{%- endfor %}
        least(
{%- for i in range(1, bins + 1) %}
            case when ref_bin_{{ i }} + cur_bin_{{ i }} > 0 then ref_bin_{{ i }} else ref_n end{{ ',' if not loop.last }}
{%- endfor %}
        ) as smallest_bin,
{%- for i in range(1, bins + 1) %}
        {{ '+ ' if not loop.first }}case when ref_bin_{{ i }} > 0 then ref_n / ref_bin_{{ i }} - 1 else 0 end{{ ' as odds' if loop.last }}
{%- endfor %}
    from present
    left join counted on present.feature = counted.feature
),
-- 6. why there is none
reasons as (
    select
        statistics.*,
        {{ driftql.few_rows_reason('ref_all', 'cur_all', 'ref_n', 'cur_n', 'finite values', settings['min_rows']) }} as few_rows,
        (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0))
            * case
                when case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end >= 300 then 1
                else 1 + odds / nullif(2 * cur_n * freedom, 0)
            end as spread,
        case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end as expected
    from statistics
),
-- 7. what the p-values are looked up by
judged as (
    select
        reasons.*,
        case when few_rows is null then ks end as ks_statistic,
        case when few_rows is null then {{ driftql.ks_deviate('ks', 'ref_n', 'cur_n') }} end as ks_lookup,
        case when few_rows is null and ref_minimum < ref_maximum then psi end as psi_value,
        case when few_rows is null and ref_minimum < ref_maximum and expected >= {{ driftql.psi_null_rows() }} then psi / spread end as chi_square
    from reasons
),
lookups as (
    select judged.*, {{ driftql.chi_square_deviate('chi_square', 'freedom') }} as deviate
    from judged
)

-- 8. the p-values
select
    feature,
    cast(ref_n as {{ driftql.type_integer() }}) as ref_rows,
    cast(cur_n as {{ driftql.type_integer() }}) as cur_rows,
    cast(ref_all - ref_present as {{ driftql.type_integer() }}) as ref_missing,
    cast(cur_all - cur_present as {{ driftql.type_integer() }}) as cur_missing,
    cast(ref_present - ref_n as {{ driftql.type_integer() }}) as ref_non_finite,
    cast(cur_present - cur_n as {{ driftql.type_integer() }}) as cur_non_finite,
    psi_value as psi,
    case when chi_square is not null then {{ driftql.chi_square_tail('chi_square', 'freedom', 'deviate') }} end as psi_p_value,
    case when chi_square is not null then spread * ({{ driftql.chi_square_limit('freedom') }}) end as psi_noise,
    ks_statistic,
    case when ks_statistic is not null then {{ driftql.kolmogorov_tail('ks_lookup') }} end as ks_p_value,
    case when ks_statistic is not null then ks_value end as ks_location,
    ref_minimum,
    ref_maximum,
    case
        when few_rows is not null then few_rows
        when psi_value is null then 'every reference value is ' || case
            when ref_minimum = floor(ref_minimum) and abs(ref_minimum) < 1e6 then {{ driftql.whole_text('ref_minimum') }}
            else {{ driftql.as_text('ref_minimum') }}
        end || ', so there are no quantile bins'
        when chi_square is null then 'too few rows for the closed form of the p-value: a bin expects only '
            || {{ driftql.whole_text('floor(expected)') }} || '; at least {{ driftql.psi_null_rows() }} are needed'
    end as psi_reason,
    few_rows as ks_reason
from lookups
order by place
{%- endmacro %}

{#
  PSI and KS from the counts of several features: what features_query ends with; see there for the columns.

  presence  a query with one row a feature: place (its order), feature, ref_all and cur_all (rows of the windows), ref_present
            and cur_present (those with a value); counts are doubles
  counted   a query that feature_bins makes
  bins      how many there are
  settings  see features_query
#}
{% macro finish_features(presence, counted, bins, settings) %}
    {{ return(adapter.dispatch('finish_features', 'driftql')(presence, counted, bins, settings)) }}
{% endmacro %}

{% macro default__finish_features(presence, counted, bins, settings) -%}
with
-- 1. how many rows each window has, and how many of them hold a value
present_values as (
    select *
    from (
{{ presence | indent(8, true) }}
    ) as presence
),
-- 2. the counts behind PSI and KS
feature_bins as (
    select *
    from (
{{ counted | indent(8, true) }}
    ) as counted
),
-- 3. both statistics
statistics as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
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
    from present_values as present
    left join feature_bins as counted on present.feature = counted.feature
),
-- 4. why there is none
reasons as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        statistics.*,
        {{ driftql.few_rows_reason('ref_all', 'cur_all', 'ref_n', 'cur_n', 'finite values', settings['min_rows']) }} as few_rows,
        case when cur_n < ref_n then cur_n else ref_n end as fewer,
        case when cur_n < ref_n then ref_n else cur_n end as more,
        (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0))
            * case
                when case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end >= 300 then 1
                else 1 + odds / nullif(2 * cur_n * freedom, 0)
            end as spread,
        case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end as expected
    from statistics
),
-- 5. what the p-values are looked up by
sizes as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        reasons.*,
        case when few_rows is null then {{ driftql.ks_size('fewer', 'more') }} end as ks_size,
        case when few_rows is null then {{ driftql.ks_shift('fewer', 'more') }} end as ks_shift
    from reasons
),
judged as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        sizes.*,
        case when few_rows is null then ks end as ks_statistic,
        sqrt(ks_size) * ks as ks_z,
        case when few_rows is null and ref_minimum < ref_maximum then psi end as psi_value,
        case when few_rows is null and ref_minimum < ref_maximum and expected >= {{ driftql.psi_null_rows() }} then psi / spread end as chi_square
    from sizes
),
lookups as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        judged.*,
        {{ driftql.ks_deviate('ks_z', 'fewer', 'more', 'ks_size', 'ks_shift') }} as ks_lookup,
        {{ driftql.chi_square_deviate('chi_square', 'freedom') }} as deviate
    from judged
),
tails as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        lookups.*,
        {{ driftql.normal_tail('deviate') }} as tail
    from lookups
)

-- 6. the p-values
select
    feature,
    cast(ref_n as {{ driftql.type_integer() }}) as ref_rows,
    cast(cur_n as {{ driftql.type_integer() }}) as cur_rows,
    cast(ref_all - ref_present as {{ driftql.type_integer() }}) as ref_missing,
    cast(cur_all - cur_present as {{ driftql.type_integer() }}) as cur_missing,
    cast(ref_present - ref_n as {{ driftql.type_integer() }}) as ref_non_finite,
    cast(cur_present - cur_n as {{ driftql.type_integer() }}) as cur_non_finite,
    psi_value as psi,
    case when chi_square is not null then {{ driftql.chi_square_tail('chi_square', 'freedom', 'deviate', 'tail') }} end as psi_p_value,
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
from tails
order by place
{{- driftql.query_settings() }}
{%- endmacro %}

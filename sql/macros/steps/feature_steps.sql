{#
  From the bins of each feature to PSI, KS and what their p-values are looked up by. A list of steps for driftql.query;
  thresholds, presence (see value_steps) and shares (see share_steps) come before it.

  key  the column of presence that the column `feature` of the bins refers to: place or feature

  The last step, feature_tests, has one row per feature: the columns of presence, ref_n and cur_n (finite values), ref_minimum,
  ref_maximum, psi (0 where both windows hold one and the same value, NULL where only the reference is constant), ks, ks_value, unit and min_rows (see tail_steps), chi_square (NULL
  where a bin expects too few rows), freedom, spread, expected (rows that the emptiest bin expects), ks_z.

  The PSI of one bin with shares p in the reference and q in the current window is (q - p) * ln(q / p). PSI without drift is spread = (1 / n + 1 / m) times a chi-square variable, where all bins hold many rows (Yurdakul and Naranjo
  2020, Journal of Risk Model Validation 14(4)). With r rows of n in a bin, noise adds 1 in 2 * m * (bins - 1) / sum(n / r - 1)
  to it: that matters where a bin expects fewer than 300 rows, and below psi_null_rows() there is no p-value.
#}
{% macro feature_steps(key) %}
    {{ return(adapter.dispatch('feature_steps', 'driftql')(key)) }}
{% endmacro %}

{% macro default__feature_steps(key) %}
{%- set statistics %}
    select
        feature, max(ref_n) as ref_n, max(cur_n) as cur_n, max(ks) as ks, min(ks_value) as ks_value,
        max(ref_minimum) as ref_minimum, max(ref_maximum) as ref_maximum,
        sum((cur_share - ref_share) * ln(cur_share / ref_share)) as psi,
        {{ driftql.as_double('count(*) - 1') }} as freedom, min(ref_rows) as smallest_bin,
        sum(case when ref_rows > 0 then ref_n / ref_rows - 1 else 0 end) as odds
    from shares where ref_rows + cur_rows > 0 group by feature
{%- endset -%}
{%- set sizes %}
    select
        place, presence.feature as feature, ref_all, cur_all, ref_present, cur_present,
        coalesce(ref_n, 0) as ref_n, coalesce(cur_n, 0) as cur_n,
        nullif(case when cur_n < ref_n then cur_n else ref_n end, 0) as fewer,
        case when cur_n < ref_n then ref_n else cur_n end as more,
        {{ driftql.ks_size('ref_n', 'cur_n') }} as ks_size,
        ref_minimum, ref_maximum, statistics.ks as ks, ks_value, freedom, odds,
        case when ref_minimum < ref_maximum then statistics.psi when statistics.ks = 0 then 0 end as psi,
        case when cur_n < ref_n then smallest_bin * cur_n / nullif(ref_n, 0) else smallest_bin end as expected,
        'finite values' as unit, min_rows
    from presence left join statistics on presence.{{ key }} = statistics.feature cross join thresholds
{%- endset -%}
{%- set noise %}
    select sizes.*,
        (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0))
            * case when expected >= 300 then 1 else 1 + odds / nullif(2 * cur_n * freedom, 0) end as spread,
        {{ driftql.ks_shift('fewer', 'more') }} as ks_shift,
        sqrt(nullif(ks_size, 0)) * ks as ks_scaled
    from sizes
{%- endset -%}
{%- set tests %}
    select noise.*,
        case when ref_minimum < ref_maximum and expected >= {{ driftql.psi_null_rows() }} then psi / spread end as chi_square,
        case
            when psi is null then 'every reference value is ' || case
            when ref_minimum = floor(ref_minimum) and abs(ref_minimum) < 1e6
            then {{ driftql.whole_text('ref_minimum') }}
            else {{ driftql.as_text('ref_minimum') }} end || ', so there are no quantile bins'
            when ref_minimum < ref_maximum and expected < {{ driftql.psi_null_rows() }}
            then 'too few rows for the closed form of the p-value: a bin expects only '
            || {{ driftql.whole_text('floor(expected)') }} || '; at least {{ driftql.psi_null_rows() }} are needed'
        end as psi_reason,
        {{ driftql.ks_deviate('ks_scaled', 'fewer', 'more', 'ks_size', 'ks_shift') }} as ks_z
    from noise
{%- endset -%}
    {{ return([
        ['statistics', 'PSI and KS of each feature', statistics, 0],
        ['sizes', 'the same for the features without a finite value, too, with the size of both samples', sizes, 1],
        ['noise', 'how both statistics spread without drift', noise, 1],
        ['feature_tests', 'the statistics by that scale; KS with the correction for its number of rows', tests, 1]
    ]) }}
{% endmacro %}

{#
  Reject rate, entropy and class mix, finished: one row a check, in this order, as far as there are columns for it.

  label          the label column, or 'null'
  probabilities  list of columns, one a class, or with is_list = 1 the one list column; empty: no entropy
  settings       reject_label (a quoted text), min_rows, entropy_floor and probability_tolerance (see label_profile)

  Columns: check_name (reject_rate_increase, entropy_spike, class_shift); class_name (the reject label, nothing, the class
  that moved most); ref_value and cur_value (that label's rate, or the mean entropy), effect (increase, ratio, or absolute
  shift), p_value; ref_rows and cur_rows (labeled rows, or complete probability vectors), ref_left_out and cur_left_out
  (the other rows); reason: why there is no effect or no p-value, else NULL.

  The p-values are those of the two-proportion z test (one-sided), of Welch's t test (one-sided) and of the chi-square test
  of homogeneity. Where a count expected by the first or the last is below 5 the Python host turns to exact tests; here
  there is no p-value then, and a reason. The same for Welch's test with fewer than 5 degrees of freedom.
#}
{% macro labels_query(ref, cur, label, probabilities, is_list, settings) %}
    {{ return(adapter.dispatch('labels_query', 'driftql')(ref, cur, label, probabilities, is_list, settings)) }}
{% endmacro %}

{% macro default__labels_query(ref, cur, label, probabilities, is_list, settings) -%}
with
-- 1. one row a window and label, with the moments of the entropy
profile as (
    select *
    from (
{{ driftql.label_profile(ref, cur, label, probabilities, is_list, settings['entropy_floor'], settings['probability_tolerance'], 2001) | indent(8, true) }}
    ) as label_profile
),
-- 2. one row a label
labels as (
    select
        label,
        count(*) as profile_rows
{%- for window in ['ref', 'cur'] %}
{%- set side = loop.index0 %},
        {{ driftql.as_double('max(case when is_current = ' ~ side ~ ' then label_rows else 0 end)') }} as {{ window }}_rows,
        {{ driftql.as_double('max(case when is_current = ' ~ side ~ ' then entropy_rows else 0 end)') }} as {{ window }}_scored,
        max(case when is_current = {{ side }} then entropy_mean end) as {{ window }}_mean,
        max(case when is_current = {{ side }} then entropy_variance end) as {{ window }}_variance
{%- endfor %}
    from profile
    group by label
),
-- 3. beside each label, the totals of its window
totals as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        labels.*,
        sum(profile_rows) over () as all_profile_rows
{%- for window in ['ref', 'cur'] %},
        sum({{ window }}_rows) over () as {{ window }}_all,
        sum(case when label is not null then {{ window }}_rows else 0 end) over () as {{ window }}_labeled,
        sum({{ window }}_scored) over () as {{ window }}_n,
        sum({{ window }}_scored * {{ window }}_mean) over () / nullif(sum({{ window }}_scored) over (), 0) as {{ window }}_entropy
{%- endfor %}
    from labels
),
-- 4. how far each class moved, and its part of the chi-square statistic
shifts as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        totals.*,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share,
        case when label is not null then abs(cur_rows / nullif(cur_labeled, 0) - ref_rows / nullif(ref_labeled, 0)) end as shift,
        case when label is not null then (ref_rows + cur_rows) / nullif(ref_labeled + cur_labeled, 0) end as pooled_share
    from totals
),
squares as (
    select
        shifts.*,
        row_number() over (order by coalesce(shift, -1) desc, label) as place,
        (cur_rows - pooled_share * cur_labeled) * (cur_rows - pooled_share * cur_labeled)
            * (1 / nullif(pooled_share * cur_labeled, 0) + 1 / nullif(pooled_share * ref_labeled, 0)) as chi_square_part
    from shifts
),
-- 5. one row for everything; variances combine by Chan, Golub and LeVeque (1983), The American Statistician 37(3)
sums as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        coalesce(max(all_profile_rows), 0) as profile_rows,
        count(label) as classes,
        min(case when label is not null then ref_rows + cur_rows end) as rarest,
        sum(chi_square_part) as chi_square,
        max(shift) as max_shift,
        max(case when place = 1 then label end) as moved,
        max(case when place = 1 then ref_share end) as moved_ref_share,
        max(case when place = 1 then cur_share end) as moved_cur_share,
{%- for window in ['ref', 'cur'] %}
        coalesce(max({{ window }}_all), 0) as {{ window }}_all,
        coalesce(max({{ window }}_labeled), 0) as {{ window }}_labeled,
        coalesce(max(case when label = {{ settings['reject_label'] }} then {{ window }}_rows end), 0) as {{ window }}_hits,
        coalesce(max({{ window }}_n), 0) as {{ window }}_n,
        max({{ window }}_entropy) as {{ window }}_entropy,
        sum(case when {{ window }}_scored > 0 then (case when {{ window }}_scored > 1 then ({{ window }}_scored - 1) * {{ window }}_variance else 0 end)
            + {{ window }}_scored * ({{ window }}_mean - {{ window }}_entropy) * ({{ window }}_mean - {{ window }}_entropy) end)
            / nullif(max({{ window }}_n) - 1, 0) as {{ window }}_entropy_variance{{ ',' if not loop.last }}
{%- endfor %}
    from squares
),
-- 6. the pooled rate and the standard errors
errors as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        sums.*,
        ref_hits / nullif(ref_labeled, 0) as ref_rate,
        cur_hits / nullif(cur_labeled, 0) as cur_rate,
        (ref_hits + cur_hits) / nullif(ref_labeled + cur_labeled, 0) as pooled_rate,
        least(ref_hits + cur_hits, ref_labeled + cur_labeled - ref_hits - cur_hits) * least(ref_labeled, cur_labeled) / nullif(ref_labeled + cur_labeled, 0) as expected_hits,
        rarest * least(ref_labeled, cur_labeled) / nullif(ref_labeled + cur_labeled, 0) as expected_class,
        {{ driftql.as_double('classes - 1') }} as freedom,
        ref_entropy_variance / nullif(ref_n, 0) as ref_error,
        cur_entropy_variance / nullif(cur_n, 0) as cur_error,
        case
            when profile_rows > 2000 then 'the label column has over a thousand different values; a label is one of a few classes'
            else {{ driftql.few_rows_reason('ref_all', 'cur_all', 'ref_labeled', 'cur_labeled', 'labeled rows', settings['min_rows']) }}
        end as few_labels,
        case
            when profile_rows > 2000 then 'the label column has over a thousand different values; a label is one of a few classes'
            else {{ driftql.few_rows_reason('ref_all', 'cur_all', 'ref_n', 'cur_n', 'complete probability vectors', 'greatest(2, ' ~ settings['min_rows'] ~ ')') }}
        end as few_vectors
    from sums
),
-- 7. what the p-values are looked up by; entropies that are all equal differ by the rounding of sums, if at all
statistics as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        errors.*,
        case when pooled_rate > 0 and pooled_rate < 1 then
            (cur_rate - ref_rate) / sqrt(pooled_rate * (1 - pooled_rate) * (1 / nullif(cur_labeled, 0) + 1 / nullif(ref_labeled, 0)))
        end as rate_z,
        case
            when ref_error + cur_error > 0
                and not (ref_entropy_variance <= 1e-18 * ref_entropy * ref_entropy and cur_entropy_variance <= 1e-18 * ref_entropy * ref_entropy
                    and abs(cur_entropy - ref_entropy) <= 1e-9 * abs(ref_entropy))
                then (cur_entropy - ref_entropy) / sqrt(ref_error + cur_error)
        end as entropy_t,
        case when ref_error + cur_error > 0 then 1 / (
            ref_error / (ref_error + cur_error) * (ref_error / (ref_error + cur_error)) / nullif(ref_n - 1, 0)
            + cur_error / (ref_error + cur_error) * (cur_error / (ref_error + cur_error)) / nullif(cur_n - 1, 0)
        ) end as entropy_freedom,
        {{ driftql.chi_square_deviate('chi_square', 'freedom') }} as class_deviate
    from errors
),
roots as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        statistics.*,
        case when abs(entropy_t) < 1e100 then {{ driftql.student_root('entropy_t', 'entropy_freedom') }} else sign(entropy_t) * 1e3 end as entropy_root
    from statistics
),
lookups as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        roots.*,
        {{ driftql.student_deviate('entropy_root', 'entropy_freedom') }} as entropy_deviate
    from roots
),
tails as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        lookups.*,
        {{ driftql.normal_tail('rate_z') }} as rate_tail,
        {{ driftql.normal_tail('entropy_deviate') }} as entropy_tail,
        {{ driftql.normal_tail('class_deviate') }} as class_tail
    from lookups
),
-- 8. the p-values
p_values as {{ driftql.kept() ~ ' ' if driftql.kept() }}(
    select
        tails.*,
        case
            when ref_hits + cur_hits = 0 or ref_hits + cur_hits = ref_labeled + cur_labeled then 1
            when expected_hits >= 5 then rate_tail
        end as rate_p_value,
        case
            when entropy_t is null then case when ref_error + cur_error = 0 and cur_entropy > ref_entropy * (1 + 1e-9) then 0 else 1 end
            when entropy_freedom >= 5 then entropy_tail
        end as entropy_p_value,
        case
            when classes = 1 then 1
            when expected_class >= 5 then {{ driftql.chi_square_tail('chi_square', 'freedom', 'class_deviate', 'class_tail') }}
        end as class_p_value
    from tails
),
-- 9. one row a check
checks as (
{%- set found = (['reject_rate_increase'] if label != 'null' else []) + (['entropy_spike'] if probabilities else []) + (['class_shift'] if label != 'null' else []) %}
{%- for name in found or ['none'] %}
    select {{ loop.index }} as place, {{ driftql.as_text("'" ~ name ~ "'") }} as check_name{{ ' union all' if not loop.last }}
{%- endfor %}
),
results as (
    select
        checks.place,
        checks.check_name,
        case check_name when 'reject_rate_increase' then {{ settings['reject_label'] }} when 'class_shift' then moved end as class_name,
        case check_name when 'reject_rate_increase' then ref_rate when 'entropy_spike' then ref_entropy else moved_ref_share end as ref_value,
        case check_name when 'reject_rate_increase' then cur_rate when 'entropy_spike' then cur_entropy else moved_cur_share end as cur_value,
        case check_name
            when 'reject_rate_increase' then cur_rate - ref_rate
            when 'entropy_spike' then case when ref_entropy > 0 then cur_entropy / ref_entropy else 0 end
            else max_shift
        end as effect,
        case check_name when 'reject_rate_increase' then rate_p_value when 'entropy_spike' then entropy_p_value else class_p_value end as p_value,
        case check_name when 'entropy_spike' then ref_n else ref_labeled end as ref_rows,
        case check_name when 'entropy_spike' then cur_n else cur_labeled end as cur_rows,
        ref_all,
        cur_all,
        case check_name when 'entropy_spike' then few_vectors else few_labels end as few_rows,
        case check_name
            when 'reject_rate_increase' then 'too few rows for the closed form of the p-value: some count of the two rates is expected to be only '
                || {{ driftql.whole_text('floor(expected_hits)') }} || '; at least 5 are needed'
            when 'entropy_spike' then 'too few rows for the closed form of the p-value: fewer than 5 degrees of freedom'
            else 'too few rows for the closed form of the p-value: the rarest class is expected to be there only '
                || {{ driftql.whole_text('floor(expected_class)') }} || ' times; at least 5 are needed'
        end as no_p_value
    from p_values
    cross join checks
    where check_name <> 'none'
)

select
    check_name,
    case when few_rows is null then class_name end as class_name,
    case when few_rows is null then ref_value end as ref_value,
    case when few_rows is null then cur_value end as cur_value,
    case when few_rows is null then effect end as effect,
    case when few_rows is null then p_value end as p_value,
    cast(ref_rows as {{ driftql.type_integer() }}) as ref_rows,
    cast(cur_rows as {{ driftql.type_integer() }}) as cur_rows,
    cast(ref_all - ref_rows as {{ driftql.type_integer() }}) as ref_left_out,
    cast(cur_all - cur_rows as {{ driftql.type_integer() }}) as cur_left_out,
    case when few_rows is not null then few_rows when p_value is null then no_p_value end as reason
from results
order by place
{{- driftql.query_settings() }}
{%- endmacro %}

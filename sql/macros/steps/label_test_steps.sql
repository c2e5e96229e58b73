{#
  From the counts of the labels to reject rate, entropy and class mix, and what their p-values are looked up by. A list of steps
  for driftql.query; thresholds and labels (see label_steps) come before it.

  checks      which of reject_rate_increase, entropy_spike, class_shift and new_category to list; empty: none. The row of
              new_category is there only where the current window has classes that the reference does not have
  has_values  1 for the columns class_name, ref_value and cur_value, too

  The last step, label_tests, has one row per check: place, check_name, effect, entropy_change (of entropy_spike, as a share
  of ln(classes)), ref_all, cur_all, ref_n, cur_n, unit, min_rows, z, chi_square and freedom (see tail_steps), sides (how
  many tails of z make the p-value), known_p (a p-value that needs no test), too_many (why the column is no label column, or
  that no row has the reject label that was named, else NULL), no_p_reason (why there is no p-value, where there is none:
  also that no row has the default reject label, so that its rate is no hypothesis).

  Variances combine by Chan, Golub and LeVeque (1983), The American Statistician 37(3). For two rows of counts, chi-square is
  n * m * sum((cur / m - ref / n)^2 / (ref + cur)).
#}
{% macro label_test_steps(checks, has_values) %}
    {{ return(adapter.dispatch('label_test_steps', 'driftql')(checks, has_values)) }}
{% endmacro %}

{% macro default__label_test_steps(checks, has_values) %}
{%- set totals %}
    select labels.*,
{%- if 'new_category' in checks %}
        0 as feature_number, ref_rows + cur_rows as least_rows, ref_rows + cur_rows as most_rows,
        case when label is not null then 1e0 else 0e0 end as group_size,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_n,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_n,
        sum(case when label is not null and ref_rows = 0 then cur_rows else 0 end) over () as unseen,
        max(case when label is not null and ref_rows = 0 then cur_rows else 0 end) over () as largest_new,
        sum(case when label is not null and ref_rows = 1 then 1e0 else 0e0 end) over () as singles,
{%- endif %}
{%- for prefix in ['ref', 'cur'] %}
        sum(case when label is not null then {{ prefix }}_rows else 0 end) over () as {{ prefix }}_labeled,
        sum({{ prefix }}_scored * {{ prefix }}_mean) over () / nullif(sum({{ prefix }}_scored) over (), 0) as {{ prefix }}_entropy
{{- ',' if not loop.last }}
{%- endfor %}
    from labels
{%- endset -%}
{%- set counted = 'chance_of_labels_new' if 'new_category' in checks else 'label_totals' -%}
{%- set shares %}
    select {{ counted }}.*,
{%- if 'new_category' in checks %}
        case when label is not null and ref_rows = 0 then cur_rows else 0 end as new_rows,
{%- endif %}
        ref_mean - ref_entropy as ref_off, cur_mean - cur_entropy as cur_off,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share
    from {{ counted }}
{%- endset -%}
{%- set moves %}
    select label_shares.*,
        row_number() over (order by coalesce(abs(cur_share - ref_share), -1) desc, label) as place
{%- if 'new_category' in checks %},
        row_number() over (order by new_rows desc, label) as new_place
{%- endif %}
    from label_shares
{%- endset -%}
{%- set sums %}
    select
        count(label) as classes, max(class_count) as class_count,
        coalesce(sum(case when ref_rows > 0 then 1 else 0 end + case when cur_rows > 0 then 1 else 0 end), 0) as counts,
        min(case when label is not null then ref_rows + cur_rows end) as rarest,
        max(abs(cur_share - ref_share)) as largest_shift,
        sum((cur_share - ref_share) * (cur_share - ref_share) / nullif(ref_rows + cur_rows, 0)) as squares,
{%- if 'new_category' in checks %}
        max(unseen) as unseen, max(new_p_value) as new_p_value, max(singles) as singles,
{%- if has_values %}
        max(case when new_place = 1 then label end) as newest,
{%- endif %}
{%- endif %}
{%- if has_values %}
        max(case when place = 1 then label end) as moved,
        max(case when place = 1 then ref_share end) as moved_ref_share,
        max(case when place = 1 then cur_share end) as moved_cur_share,
{%- endif %}
{%- for prefix in ['ref', 'cur'] %}
        coalesce(sum({{ prefix }}_rows), 0) as {{ prefix }}_all, coalesce(max({{ prefix }}_labeled), 0) as {{ prefix }}_labeled,
        coalesce(max(case when label = reject_label then {{ prefix }}_rows end), 0) as {{ prefix }}_hits,
        coalesce(sum({{ prefix }}_scored), 0) as {{ prefix }}_n, max({{ prefix }}_entropy) as {{ prefix }}_entropy,
        sum(case when {{ prefix }}_scored > 1 then ({{ prefix }}_scored - 1) * {{ prefix }}_variance else 0 end
            + case when {{ prefix }}_scored > 0 then {{ prefix }}_scored * {{ prefix }}_off * {{ prefix }}_off else 0 end)
            / nullif(sum({{ prefix }}_scored) - 1, 0) as {{ prefix }}_variance{{ ',' if not loop.last }}
{%- endfor %}
    from {{ 'label_moves' if has_values else 'label_shares' }} cross join thresholds
{%- endset -%}
{%- set errors %}
    select label_sums.*,
        ref_hits / nullif(ref_labeled, 0) as ref_rate, cur_hits / nullif(cur_labeled, 0) as cur_rate,
        ref_hits + cur_hits as hits, ref_labeled + cur_labeled as labeled,
        (ref_hits + cur_hits) / nullif(ref_labeled + cur_labeled, 0) as rate,
        case when cur_labeled < ref_labeled then cur_labeled else ref_labeled end as fewer_labeled,
        ref_variance / nullif(ref_n, 0) as ref_error, cur_variance / nullif(cur_n, 0) as cur_error
    from label_sums
{%- endset -%}
{%- set statistics %}
    select label_errors.*,
        case when rate < 0.5 then hits else labeled - hits end * fewer_labeled / nullif(labeled, 0) as expected_hits,
        rarest * fewer_labeled / nullif(labeled, 0) as expected_class,
        case when rate > 0 and rate < 1 then (cur_rate - ref_rate)
            / sqrt(rate * (1 - rate) * (1 / nullif(cur_labeled, 0) + 1 / nullif(ref_labeled, 0))) end as rate_z,
        case
            when ref_variance <= 1e-18 * ref_entropy * ref_entropy and cur_variance <= 1e-18 * ref_entropy * ref_entropy
            and abs(cur_entropy - ref_entropy) <= 1e-9 * abs(ref_entropy) then null
            when ref_error + cur_error > 0 then (cur_entropy - ref_entropy) / sqrt(ref_error + cur_error)
        end as t,
        case when ref_error + cur_error > 0 then 1 / (
            ref_error / (ref_error + cur_error) * (ref_error / (ref_error + cur_error)) / nullif(ref_n - 1, 0)
            + cur_error / (ref_error + cur_error) * (cur_error / (ref_error + cur_error)) / nullif(cur_n - 1, 0)
        ) end as t_freedom
    from label_errors
{%- endset -%}
{%- set parts %}
    select label_statistics.*,
        case when abs(t) < 1e100 then t * t / t_freedom end as u,
        48 * (t_freedom - 5e-1) * (t_freedom - 5e-1) as b
    from label_statistics
{%- endset -%}
{%- set roots %}
    select label_parts.*,
        abs(case when u is null then sign(t) * 1e3 else {{ driftql.student_root('t', 'u', 't_freedom') }} end) as root
    from label_parts
{%- endset -%}
{%- set names %}
{%- for name in checks or ['none'] %}
        select {{ loop.index }} as place, {{ driftql.as_text("'" ~ name ~ "'") }} as check_name{{ ' union all' if not loop.last }}
{%- endfor %}
{%- endset -%}
{%- set tests %}
    select
{%- if has_values %}
        place,
        case check_name when 'reject_rate_increase' then reject_label when 'class_shift' then moved
{%- if 'new_category' in checks %}
            when 'new_category' then newest
{%- endif %}
        end as class_name,
{%- for prefix in ['ref', 'cur'] %}
        case check_name when 'reject_rate_increase' then {{ prefix }}_rate when 'entropy_spike' then {{ prefix }}_entropy
{%- if 'new_category' in checks %}
            when 'new_category'
            then {{ 'singles / nullif(ref_labeled, 0)' if prefix == 'ref' else 'unseen / nullif(cur_labeled, 0)' }}
{%- endif %}
            else moved_{{ prefix }}_share end as {{ prefix }}_value,
{%- endfor %}
{%- endif %}
        check_name, ref_all, cur_all,
        case check_name when 'entropy_spike' then ref_n else ref_labeled end as ref_n,
        case check_name when 'entropy_spike' then cur_n else cur_labeled end as cur_n,
        case check_name when 'entropy_spike' then 'complete probability vectors' else 'labeled rows' end as unit,
        case when check_name = 'entropy_spike' and min_rows < 2 then 2 else min_rows end as min_rows,
        case check_name when 'reject_rate_increase' then cur_rate - ref_rate when 'class_shift' then largest_shift
{%- if 'new_category' in checks %}
            when 'new_category' then unseen / nullif(cur_labeled, 0)
{%- endif %}
            else case when ref_entropy > 0 then cur_entropy / ref_entropy else 0 end end as effect,
        case when check_name = 'entropy_spike' and class_count > 1
            then (cur_entropy - ref_entropy) / ln(class_count) end as entropy_change,
        case when check_name = 'entropy_spike' then 2 else 1 end as sides,
        case when check_name = 'reject_rate_increase' and expected_hits >= 5 then rate_z
            when check_name = 'entropy_spike' and t_freedom >= 5 then {# -#}
            {{ driftql.student_deviate('root', 'root * root', 'b') }} end as z,
        case when check_name = 'class_shift' and expected_class >= 5
            then ref_labeled * cur_labeled * squares end as chi_square,
        {{ driftql.as_double('classes - 1') }} as freedom,
        case check_name when 'reject_rate_increase' then case when rate = 1 then 1 end
            when 'class_shift' then case when classes = 1 then 1 end
{%- if 'new_category' in checks %}
            when 'new_category' then new_p_value
{%- endif %}
            else case when ref_error + cur_error = 0 and abs(cur_entropy - ref_entropy) > 1e-9 * abs(ref_entropy) then 0
            when t is null then 1 end end as known_p,
        case when counts > 2000
            then 'the label column has over a thousand different values; a label is one of a few classes'
            when check_name = 'reject_rate_increase' and rate = 0 and reject_label <> 'Mixed/Unknown'
            then 'no row of either window has the label ' || reject_label
        end as too_many,
        case when check_name = 'reject_rate_increase' and rate = 0
        then 'no row of either window has the label ' || reject_label
            || '; where the model declines to answer, name the label that says so (reject_label)'
        else 'too few rows for the closed form of the p-value: ' || case check_name
            when 'reject_rate_increase' then 'some count of the two rates is expected to be only '
            || {{ driftql.whole_text('floor(expected_hits)') }} || '; at least 5 are needed'
            when 'entropy_spike' then 'fewer than 5 degrees of freedom'
            else 'the rarest class is expected to be there only '
            || {{ driftql.whole_text('floor(expected_class)') }} || ' times; at least 5 are needed'
        end end as no_p_reason
    from label_roots cross join (
{{ names | trim('\n') }}
    ) as label_checks cross join thresholds
{%- if not checks %}
    where check_name <> 'none'
{%- elif 'new_category' in checks %}
    where check_name <> 'new_category'
        or unseen > 0 and counts <= 2000 and ref_labeled >= min_rows and cur_labeled >= min_rows
{%- endif %}
{%- endset -%}
{%- set moved = [['label_moves', 'the classes by how far they moved', moves, 0]] if has_values else [] %}
    {{ return([
        ['label_totals', 'beside each label, the totals of its window', totals, 1]
    ] + (driftql.new_category_steps('label_totals', 'chance_of_labels') if 'new_category' in checks else []) + [
        ['label_shares', 'the share of each class', shares, 1]
    ] + moved + [
        ['label_sums', 'one row for everything, with the mean and the variance of the entropy of each window', sums, 1],
        ['label_errors', 'rates, and the squared standard errors of the mean entropies', errors, 1],
        ['label_statistics', 'the z statistic of two proportions, and the t statistic of Welch', statistics, 1],
        ['label_parts', 'from t to a normal deviate, by Hill: two parts of the formula', parts, 1],
        ['label_roots', 'its first step', roots, 1],
        ['label_tests', 'one row per check', tests, 1]
    ]) }}
{% endmacro %}

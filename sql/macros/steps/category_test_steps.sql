{#
  From the rows of both windows to what the categories of several features are judged by. A list of steps for driftql.query;
  thresholds comes before it.

  features  list of [quoted name, reference, current]: the SQL of the category in each window, as text
  listed    how many of the most frequent categories have a bin of their own

  The last step, category_tests, has one row per named category, per range of the others (see category_counts), and one per feature
  without any. Columns of the row: the columns of category_counts as doubles (group_size is categories); part (what its bin adds to
  the PSI; NULL where it has none); place_in_feature (1 in one row of each feature). Columns of the feature, the same in all its
  rows: feature_number, feature, ref_all, cur_all, ref_n, cur_n (rows with a category), unseen, new_count, singles, largest_new;
  rest_ref, rest_cur and rest_count (the reference's other categories), rest_part and unseen_part (what they and the new ones add to
  the PSI: they are one bin of it), psi, total_variation, largest_change, new_share, expected_share, new_p_value, chi_square,
  freedom, known_p, noise, psi_reason (why there is no p-value of the mix), too_many (why nothing can be compared), z (NULL), unit,
  min_rows.

  The effect is that of the bins: the listed categories, and all others as one, whose share counts as 1 % at least. The evidence is
  that of groups which are chosen by both windows together: the most frequent categories, and the others as one, with those that
  expect less than one row in a window. For two rows of counts, chi-square is n * m * sum((cur / m - ref / n)^2 / (ref + cur)). See
  driftql.stats.categories.
#}
{% macro category_test_steps(ref, cur, features, listed) %}
    {{ return(adapter.dispatch('category_test_steps', 'driftql')(ref, cur, features, listed)) }}
{% endmacro %}

{% macro default__category_test_steps(ref, cur, features, listed) %}
{%- set numbered = [] -%}
{%- for name, ref_value, cur_value in features -%}
{%- do numbered.append([loop.index, ref_value, cur_value]) -%}
{%- endfor -%}
{%- set names %}
{%- for feature in features %}
    select {{ loop.index }} as feature_number, {{ driftql.as_text(feature[0]) }} as feature{{ ' union all' if not loop.last }}
{%- endfor %}
{%- endset -%}
{%- set windows %}
    select {{ driftql.as_double('sum(ref_rows)') }} as ref_all, {{ driftql.as_double('sum(cur_rows)') }} as cur_all
    from (
        select count(*) as ref_rows, 0 as cur_rows from {{ ref }} as reference_window
        union all
        select 0 as ref_rows, count(*) as cur_rows from {{ cur }} as current_window
    ) as window_sizes
{%- endset -%}
{%- set rows %}
    select
        names.feature_number as feature_number, names.feature as feature, ref_all, cur_all, category,
        {{ driftql.as_double('coalesce(counted.ref_rows, 0)') }} as ref_count,
        {{ driftql.as_double('coalesce(counted.cur_rows, 0)') }} as cur_count,
{%- for name in ['ref_rank', 'both_rank', 'new_rank', 'gone_rank', 'unseen_categories', 'unseen_rows', 'ref_singles'] %}
        {{ driftql.as_double('coalesce(counted.' ~ name ~ ', 0)') }} as {{ name }},
{%- endfor %}
        {{ driftql.as_double('coalesce(least_rows, 1)') }} as least_rows,
        {{ driftql.as_double('coalesce(most_rows, 1)') }} as most_rows,
        {{ driftql.as_double('coalesce(counted.categories, 0)') }} as group_size,
        row_number() over (
            partition by names.feature_number order by both_rank, ref_rank, new_rank, gone_rank, frequency
        ) as place_in_feature
    from category_names as names
    cross join category_windows
    left join counted_categories as counted on counted.feature = names.feature_number
{%- endset -%}
{%- set totals %}
    select rows_of_categories.*,
        sum(unseen_rows) over (partition by feature_number) as unseen,
        sum(unseen_categories) over (partition by feature_number) as new_count,
        sum(ref_singles) over (partition by feature_number) as singles,
        sum(group_size) over (partition by feature_number) as all_count,
        max(case when new_rank = 1 then cur_count else 0 end) over (partition by feature_number) as largest_new,
        sum(case when ref_rank > 0 then 1e0 else 0e0 end) over (partition by feature_number) as listed_count,
{%- for prefix in ['ref', 'cur'] %}
        sum({{ prefix }}_count) over (partition by feature_number) as {{ prefix }}_n,
        sum(case when ref_rank > 0 then {{ prefix }}_count else 0 end) over (partition by feature_number) as {{ prefix }}_listed,
        sum(case when both_rank > 0 then {{ prefix }}_count else 0 end) over (partition by feature_number) as {{ prefix }}_pooled
        {{- ',' if not loop.last }}
{%- endfor %}
    from rows_of_categories
{%- endset -%}
{#- The bin or group of a row, and those of the rows without a name. -#}
{%- set moves %}
    select chance_new.*,
        least(ref_n, cur_n) / nullif(ref_n + cur_n, 0) as fewer_share,
        ref_n - ref_listed as rest_ref, cur_n - unseen - cur_listed as rest_cur,
        all_count - new_count - listed_count as rest_count,
        ref_n - ref_pooled as others_ref, cur_n - cur_pooled as others_cur
    from chance_new
{%- endset -%}
{%- set shares %}
    select category_moves.*,
        ref_count / nullif(ref_n, 0) as ref_share, cur_count / nullif(cur_n, 0) as cur_share,
        rest_ref / nullif(ref_n, 0) as rest_ref_share, (rest_cur + unseen) / nullif(cur_n, 0) as rest_cur_share,
        unseen / nullif(cur_n, 0) as new_share,
        case when both_rank > 0 and (ref_count + cur_count) * fewer_share < 1 then 1 else 0 end as is_small
    from category_moves
{%- endset -%}
{%- set parts %}
    select category_shares.*, min_rows,
        case when ref_rank > 0 then (greatest(cur_share, psi_epsilon) - greatest(ref_share, psi_epsilon))
            * ln(greatest(cur_share, psi_epsilon) / greatest(ref_share, psi_epsilon)) end as part,
        (greatest(rest_cur_share, psi_epsilon, 1e-2) - greatest(rest_ref_share, psi_epsilon, 1e-2))
            * ln(greatest(rest_cur_share, psi_epsilon, 1e-2) / greatest(rest_ref_share, psi_epsilon, 1e-2))
            as others_part
    from category_shares cross join thresholds
{%- endset -%}
{%- set sums %}
    select category_parts.*,
        coalesce(sum(part) over (partition by feature_number), 0) + others_part as psi,
        (sum(case when ref_rank > 0 then abs(cur_share - ref_share) else 0 end) over (partition by feature_number)
            + abs(rest_cur_share - rest_ref_share)) / 2 as total_variation,
        greatest(abs(rest_cur_share - rest_ref_share), max(
            case when ref_rank > 0 then abs(cur_share - ref_share) else 0 end
        ) over (partition by feature_number)) as largest_change,
        sum(case when both_rank > 0 and is_small = 0
            then (cur_share - ref_share) * (cur_share - ref_share) / (ref_count + cur_count) else 0 end)
            over (partition by feature_number) as squares,
        sum(case when both_rank > 0 then 1e0 else 0e0 end) over (partition by feature_number) as pooled_count,
        sum(case when both_rank > 0 and is_small = 0 then 1e0 else 0e0 end)
            over (partition by feature_number) as large_count,
        min(case when both_rank > 0 then ref_count + cur_count end) over (partition by feature_number) as rarest_pooled,
        min(case when both_rank > 0 and is_small = 0 then ref_count + cur_count end)
            over (partition by feature_number) as rarest_large,
{%- for prefix in ['ref', 'cur'] %}
        sum(case when is_small = 1 then {{ prefix }}_count else 0 end) over (partition by feature_number)
            + others_{{ prefix }} as small_{{ prefix }}{{ ',' if not loop.last }}
{%- endfor %}
    from category_parts
{%- endset -%}
{%- set groups %}
    select category_sums.*,
        ref_n * cur_n * (squares + coalesce((small_cur / nullif(cur_n, 0) - small_ref / nullif(ref_n, 0))
            * (small_cur / nullif(cur_n, 0) - small_ref / nullif(ref_n, 0))
            / nullif(small_ref + small_cur, 0), 0)) as statistic,
        large_count + case when small_ref + small_cur > 0 then 1 else 0 end as group_count,
        pooled_count - case when others_ref + others_cur > 0 then 0 else 1 end as noise_freedom,
        least(coalesce(rarest_large, ref_n + cur_n),
            case when small_ref + small_cur > 0 then small_ref + small_cur else ref_n + cur_n end) * fewer_share
            as expected,
        least(coalesce(rarest_pooled, ref_n + cur_n),
            case when others_ref + others_cur > 0 then others_ref + others_cur else ref_n + cur_n end) * fewer_share
            as expected_of_all
    from category_sums
{%- endset -%}
{%- set tests %}
    select category_groups.*,
        case when group_count > 1 and expected >= 5 then statistic end as chi_square,
        group_count - 1 as freedom,
        case when group_count = 1 then 1e0 end as known_p,
        case when noise_freedom = 0 then 0 when expected_of_all >= 300
            then (1 / nullif(ref_n, 0) + 1 / nullif(cur_n, 0)) * ({{ driftql.chi_square_limit('noise_freedom') }}) end as noise,
        singles / nullif(ref_n, 0) as expected_share,
        'too few rows for the closed form of the p-value: the rarest group of categories is expected to be there only '
            || {{ driftql.whole_text('floor(expected)') }}
            || ' times; at least 5 are needed; `driftql check` draws the p-value by chance there' as psi_reason,
        'values' as unit,
        case when rest_count > 0 then others_part else 0 end as rest_part,
        case when rest_count > 0 then 0 else others_part end as unseen_part,
        {{ driftql.as_double('null') }} as z,
        case when ref_n >= min_rows and cur_n >= min_rows and singles > 9e-1 * ref_n
            then 'its values do not repeat: ' || {{ driftql.whole_text('singles') }} || ' of '
            || {{ driftql.whole_text('ref_n') }} || ' reference rows have one of their own' end as too_many
    from category_groups
{%- endset -%}
    {{ return([
        ['category_names', 'the names of the features with categories', names, 0]
    ] + driftql.category_steps(ref, cur, numbered, listed, 10, driftql.category_frequencies()) + [
        ['category_windows', 'how many rows each window has', windows, 0],
        ['rows_of_categories', 'what was counted, and the features of which nothing was', rows, 1],
        ['category_totals', 'beside it, the sums of each feature', totals, 1]
    ] + driftql.new_category_steps('category_totals', 'chance') + [
        ['category_moves', 'the categories that have no bin or no group of their own', moves, 1],
        ['category_shares', 'shares, and which groups are too small to be one', shares, 1],
        ['category_parts', 'what each bin adds to the PSI', parts, 1],
        ['category_sums', 'PSI, total variation, largest change, and the sums of the groups', sums, 1],
        ['category_groups', 'chi-square, and the rows that the rarest group expects', groups, 1],
        ['category_tests', 'what is known of each feature, beside its categories', tests, 1]
    ]) }}
{% endmacro %}

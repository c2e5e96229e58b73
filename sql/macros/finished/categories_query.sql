{#
  The categories of several features, finished: one row per category that is named, and per feature without any.

  features  list of [quoted name, reference, current]: the SQL of the category in each window, as text; some 8 in one statement
  settings  min_rows: fewer rows with a category in a window are too few; psi_epsilon: shares below it are raised to it;
            category_limit: how many of the most frequent categories of the reference have a bin of their own

  Columns of the feature, in each of its rows: feature; ref_rows and cur_rows (rows with a category), ref_missing and
  cur_missing (NULL); psi, psi_p_value, psi_noise (what noise alone exceeds in 5 % of checks; NULL where a category expects
  fewer than 300 rows); total_variation (half the sum of the changes of the shares), largest_change; new_share (of the
  current rows, those in categories that the reference does not have), expected_share (what the reference leads one to
  expect: Good and Turing's estimate), new_p_value, new_count (how many new categories); psi_reason and new_reason: why
  there is no statistic or no p-value, else NULL; rest_ref_count, rest_cur_count, rest_categories and rest_contribution: the
  categories of the reference without a bin of their own, and what they and the new ones add to the PSI; new_cur_count and
  new_contribution: the rows of the new ones, and what they add where they are alone.

  Columns of the category: category (at most 200 characters), ref_count, cur_count; bin (its number, by falling reference
  rows; NULL where it has none), contribution (to the PSI), new_rank (1 to 10 among the new ones, else NULL), gone_rank (1
  to 10 among those without current rows).
#}
{% macro categories_query(ref, cur, features, settings) %}
    {{ return(adapter.dispatch('categories_query', 'driftql')(ref, cur, features, settings)) }}
{% endmacro %}

{% macro default__categories_query(ref, cur, features, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'psi_epsilon'])
    + driftql.category_test_steps(ref, cur, features, settings['category_limit']) + driftql.tail_steps('category_tests', 1) -%}
{%- set integer = driftql.type_integer() -%}
{%- set final -%}
select
    feature,
    cast(ref_n as {{ integer }}) as ref_rows,
    cast(cur_n as {{ integer }}) as cur_rows,
    cast(ref_all - ref_n as {{ integer }}) as ref_missing,
    cast(cur_all - cur_n as {{ integer }}) as cur_missing,
    case when few_rows is null then psi end as psi,
    case
        when few_rows is not null then null
        when known_p is not null then known_p
        when chi_square is not null then {{ driftql.chi_square_tail('x', 'df', 'deviate', 'tail', 'odd', 'eta', 'mu') }}
    end as psi_p_value,
    case when few_rows is null then noise end as psi_noise,
    case when few_rows is null then total_variation end as total_variation,
    case when few_rows is null then largest_change end as largest_change,
    case when few_rows is null then new_share end as new_share,
    case when few_rows is null then expected_share end as expected_share,
    case when few_rows is null then new_p_value end as new_p_value,
    case when few_rows is null then cast(new_count as {{ integer }}) end as new_count,
    case
        when few_rows is not null then few_rows
        when known_p is null and chi_square is null then psi_reason
    end as psi_reason,
    few_rows as new_reason,
    cast(rest_ref as {{ integer }}) as rest_ref_count,
    cast(rest_cur as {{ integer }}) as rest_cur_count,
    cast(rest_count as {{ integer }}) as rest_categories,
    rest_part as rest_contribution,
    cast(unseen as {{ integer }}) as new_cur_count,
    unseen_part as new_contribution,
    category,
    cast(ref_count as {{ integer }}) as ref_count,
    cast(cur_count as {{ integer }}) as cur_count,
    cast(nullif(ref_rank, 0) as {{ integer }}) as bin,
    part as contribution,
    cast(nullif(new_rank, 0) as {{ integer }}) as new_rank,
    cast(nullif(gone_rank, 0) as {{ integer }}) as gone_rank
from tails
where ref_rank + new_rank + gone_rank > 0 or place_in_feature = 1
order by feature_number, ref_rank, new_rank, gone_rank
{%- endset -%}
{{ driftql.query(steps, 'the features with their categories', final) }}
{%- endmacro %}

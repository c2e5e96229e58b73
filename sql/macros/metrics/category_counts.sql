{#
  The categories of several features in both windows, however many there are: one row for each that is named, and for the
  others one row for each range of frequencies. NULL is no category; '' is one. All comparisons are of the whole texts.

  features  list of [number, reference, current]: the SQL of the category in each window, as text
  listed    how many of the most frequent categories are named
  named     how many of the new ones, and of those that are gone
  least     frequencies, ascending from 1: each begins a range

  Columns:

    feature                  its number
    frequency                0 where the row has a name, else the number of its range of frequencies, from 1
    category                 its text, at most 200 characters; NULL in the rows of the others
    ref_rows, cur_rows       rows of each window
    ref_rank                 1, 2, ... to `listed` among the categories of the reference, by its rows; else 0
    both_rank                to `listed` among all categories, by the rows of both windows together
    new_rank                 to `named` among the categories without reference rows, by current rows
    gone_rank                to `named` among the categories without current rows, by reference rows
    categories               how many categories the row stands for: 1 where it is named
    least_rows, most_rows    the fewest and the most rows that one of them has in both windows together
    unseen_categories        how many of them have no reference row
    unseen_rows              current rows of these
    ref_singles              how many of them have exactly one reference row

  The sums over all rows of a feature are those of the windows: ref_rows of the reference, unseen_rows of the unseen categories.
  The test of the mix groups by both_rank, and the one of new categories reads the frequencies, because neither depends on
  which window a row is in: see driftql.stats.categories.

  Worked example, reference a, a, b and current a, c, c, c with listed = 1, named = 1:

    category  ref_rows  cur_rows  ref_rank  both_rank  new_rank  gone_rank  categories  least_rows  unseen_rows  ref_singles
    a         2         1         1         0          0         0          1           3           0            0
    b         1         0         0         0          0         1          1           1           0            1
    c         0         3         0         1          1         0          1           3           3            0
#}
{% macro category_counts(ref, cur, features, listed, named, least) %}
    {{ return(adapter.dispatch('category_counts', 'driftql')(ref, cur, features, listed, named, least)) }}
{% endmacro %}

{% macro default__category_counts(ref, cur, features, listed, named, least) -%}
{%- set shown %}
    select
        feature,
        case when ref_place + both_place + new_place + gone_place > 0 then category end as category,
        case
            when ref_place + both_place + new_place + gone_place > 0 then 0
{%- for start in least %}
{%- if not loop.first %}
            when ref_rows + cur_rows < {{ start }} then {{ loop.index0 }}
{%- endif %}
{%- endfor %}
            else {{ least | length }}
        end as frequency,
        ref_rows,
        cur_rows,
        ref_place,
        both_place,
        new_place,
        gone_place
    from ranked
{%- endset -%}
{%- set final -%}
select
    feature,
    frequency,
    {{ driftql.text_start('category', 200) }} as category,
    sum(ref_rows) as ref_rows,
    sum(cur_rows) as cur_rows,
    max(ref_place) as ref_rank,
    max(both_place) as both_rank,
    max(new_place) as new_rank,
    max(gone_place) as gone_rank,
    count(*) as categories,
    min(ref_rows + cur_rows) as least_rows,
    max(ref_rows + cur_rows) as most_rows,
    {{ driftql.count_if('ref_rows = 0') }} as unseen_categories,
    sum(case when ref_rows = 0 then cur_rows else 0 end) as unseen_rows,
    {{ driftql.count_if('ref_rows = 1') }} as ref_singles
from shown
group by feature, frequency, category
order by feature, frequency, both_rank, ref_rank, new_rank, gone_rank
{%- endset -%}
{{ driftql.query([
    ['categories', 'the categories of each feature and their rows in both windows', driftql.window_categories(ref, cur, features), 1],
    ['ranked', 'the places of those that are named', driftql.ranked_categories(features, listed, named), 0],
    ['shown', 'the others have no name, but a range of frequencies', shown, 0]
], 'a row per category that is named, and per range of the others', final) }}
{%- endmacro %}

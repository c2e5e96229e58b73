{#
  The categories of several features in both windows, however many there are: one row for each that is named, and for the
  others one row for each range of frequencies. NULL is no category; '' is one. All comparisons are of the whole texts.

  features, listed, named, least  see category_steps

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
{%- set final -%}
select *
from counted_categories
order by feature, frequency, both_rank, ref_rank, new_rank, gone_rank
{%- endset -%}
{{ driftql.query(
    driftql.category_steps(ref, cur, features, listed, named, least),
    'in order', final
) }}
{%- endmacro %}

{#
  The categories of several features in both windows, from their rows to the counts of category_counts. A list of steps for
  driftql.query.

  features  list of [number, reference, current]: the SQL of the category in each window, as text
  listed    how many of the most frequent categories are named
  named     how many of the new ones, and of those that are gone
  least     frequencies, ascending from 1: each begins a range

  The last step, counted_categories, has the columns of category_counts.
#}
{% macro category_steps(ref, cur, features, listed, named, least) %}
    {{ return(adapter.dispatch('category_steps', 'driftql')(ref, cur, features, listed, named, least)) }}
{% endmacro %}

{% macro default__category_steps(ref, cur, features, listed, named, least) %}
{%- set shown %}
    select
        feature,
        case when ref_place + both_place + new_place + gone_place > 0 then category end as category,
        case
            when ref_place + both_place + new_place + gone_place > 0 then 0
{%- for start in least %}
{%- if not loop.first %}
            {{- '\n            ' if loop.index0 % 2 == 1 else ' ' -}}
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
    from ranked_categories
{%- endset -%}
{%- set counted %}
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
    from shown_categories
    group by feature, frequency, category
{%- endset -%}
    {{ return([
        ['categories', 'the categories of each feature and their rows in both windows', driftql.window_categories(ref, cur, features), 1],
        ['ranked_categories', 'the places of those that are named', driftql.ranked_categories(features, listed, named), 0],
        ['shown_categories', 'the others have no name, but a range of frequencies', shown, 0],
        ['counted_categories', 'a row per category that is named, and per range of the others', counted, 1]
    ]) }}
{% endmacro %}

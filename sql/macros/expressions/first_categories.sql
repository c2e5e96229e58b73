{#
  The same result as ranked_categories, for engines that compute a CTE once however often it is named: each order has a query of its
  own that ends with `limit`, so that no more than its first rows are kept in order.

  features  list whose parts begin with the number
  listed    the last place among the categories of the reference, and among all
  named     the last place among the new ones, and among those that are gone
#}
{% macro first_categories(features, listed, named) %}
    {{ return(adapter.dispatch('first_categories', 'driftql')(features, listed, named)) }}
{% endmacro %}

{% macro default__first_categories(features, listed, named) %}
    select
        categories.feature as feature,
        categories.category as category,
        categories.ref_rows as ref_rows,
        categories.cur_rows as cur_rows,
        coalesce(firsts.ref_place, 0) as ref_place,
        coalesce(firsts.both_place, 0) as both_place,
        coalesce(firsts.new_place, 0) as new_place,
        coalesce(firsts.gone_place, 0) as gone_place
    from categories
    left join (
        select
            feature,
            category,
            max(ref_place) as ref_place,
            max(both_place) as both_place,
            max(new_place) as new_place,
            max(gone_place) as gone_place
        from (
{%- for feature in features %}
{%- set last = loop.last %}
{%- for condition, rows, most in [
    ['ref_rows > 0', 'ref_rows', listed],
    ['', 'ref_rows + cur_rows', listed],
    ['ref_rows = 0', 'cur_rows', named],
    ['cur_rows = 0', 'ref_rows', named]
] %}
{%- set place = 'row_number() over (order by ' ~ rows ~ ' desc, category)' %}
            select
                {{ feature[0] }} as feature,
                category,
                {{ place if loop.index == 1 else 0 }} as ref_place,
                {{ place if loop.index == 2 else 0 }} as both_place,
                {{ place if loop.index == 3 else 0 }} as new_place,
                {{ place if loop.index == 4 else 0 }} as gone_place
            from (
                select category, ref_rows, cur_rows
                from categories
                where feature = {{ feature[0] }}{{ ' and ' ~ condition if condition }}
                order by {{ rows }} desc, category
                limit {{ most }}
            ) as firsts_{{ loop.index }}
{%- if not (last and loop.last) %}
            union all
{%- endif %}
{%- endfor %}
{%- endfor %}
        ) as places
        group by feature, category
    ) as firsts on categories.feature = firsts.feature and categories.category = firsts.category
{%- endmacro %}

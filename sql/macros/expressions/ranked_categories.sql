{#
  The columns of the step `categories` (see window_categories), and the places of the categories that are named, as a query:

  ref_place   among those of the reference, by its rows: 1, 2, ... to `listed`; 0 for all others
  both_place  among all, by the rows of both windows together, to `listed`
  new_place   among those without reference rows, by current rows, to `named`
  gone_place  among those without current rows, by reference rows, to `named`

  Ties go by the text. `categories` is named once, because most engines compute a CTE again wherever it is named.

  features  list whose parts begin with the number
  listed    the last place among the categories of the reference, and among all
  named     the last place among the new ones, and among those that are gone
#}
{% macro ranked_categories(features, listed, named) %}
    {{ return(adapter.dispatch('ranked_categories', 'driftql')(features, listed, named)) }}
{% endmacro %}

{% macro default__ranked_categories(features, listed, named) %}
    select
        feature,
        category,
        ref_rows,
        cur_rows,
        case when ref_rows > 0 and ref_number <= {{ listed }} then ref_number else 0 end as ref_place,
        case when both_number <= {{ listed }} then both_number else 0 end as both_place,
        case when ref_rows = 0 and new_number <= {{ named }} then new_number else 0 end as new_place,
        case when cur_rows = 0 and gone_number <= {{ named }} then gone_number else 0 end as gone_place
    from (
        select
            feature,
            category,
            ref_rows,
            cur_rows,
            row_number() over (partition by feature order by ref_rows desc, category) as ref_number,
            row_number() over (partition by feature order by ref_rows + cur_rows desc, category) as both_number,
            row_number() over (partition by feature, is_new order by cur_rows desc, category) as new_number,
            row_number() over (partition by feature, is_gone order by ref_rows desc, category) as gone_number
        from (
            select
                feature,
                category,
                ref_rows,
                cur_rows,
                case when ref_rows = 0 then 1 else 0 end as is_new,
                case when cur_rows = 0 then 1 else 0 end as is_gone
            from categories
        ) as marked
    ) as numbered
{%- endmacro %}

{# It keeps a CTE that is named several times, and finds the first rows of an order without sorting all of them.
   https://duckdb.org/docs/stable/sql/query_syntax/with #}
{% macro duckdb__ranked_categories(features, listed, named) %}
    {{ return(driftql.first_categories(features, listed, named)) }}
{%- endmacro %}

{# It keeps a CTE that is named several times, as DuckDB does. https://www.postgresql.org/docs/current/queries-with.html
   So does Redshift. https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html #}
{% macro postgres__ranked_categories(features, listed, named) %}
    {{ return(driftql.first_categories(features, listed, named)) }}
{%- endmacro %}

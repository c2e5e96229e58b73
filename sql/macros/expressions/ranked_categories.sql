{#
  The columns of the step `categories` (see window_categories), and the places of the categories that are named, as a query:

  ref_rank   among those of the reference, by its rows: 1, 2, ... to `listed`; 0 for all others
  both_rank  among all, by the rows of both windows together, to `listed`
  new_rank   among those without reference rows, by current rows, to `named`
  gone_rank  among those without current rows, by reference rows, to `named`

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
        case when ref_rows > 0 and ref_place <= {{ listed }} then ref_place else 0 end as ref_rank,
        case when both_place <= {{ listed }} then both_place else 0 end as both_rank,
        case when ref_rows = 0 and new_place <= {{ named }} then new_place else 0 end as new_rank,
        case when cur_rows = 0 and gone_place <= {{ named }} then gone_place else 0 end as gone_rank
    from (
        select
            feature,
            category,
            ref_rows,
            cur_rows,
            row_number() over (partition by feature order by ref_rows desc, category) as ref_place,
            row_number() over (partition by feature order by ref_rows + cur_rows desc, category) as both_place,
            row_number() over (partition by feature, case when ref_rows = 0 then 1 else 0 end order by cur_rows desc, category) as new_place,
            row_number() over (partition by feature, case when cur_rows = 0 then 1 else 0 end order by ref_rows desc, category) as gone_place
        from categories
    ) as places
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

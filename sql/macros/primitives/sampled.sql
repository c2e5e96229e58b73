{#
  A part of a table's rows that meet a condition, good enough to choose histogram bins by; results never depend on it.
  Where an engine cannot skip whole blocks, all rows are the sample.

  relation   the table or view
  columns    the columns to read, with commas between them
  condition  the rows that count
  percent    of the table's blocks; 100 where blocks cannot be skipped, as in a view
  keep       per cent of the rows in these blocks
#}
{% macro sampled(relation, columns, condition, percent, keep) %}
    {{ return(adapter.dispatch('sampled', 'driftql')(relation, columns, condition, percent, keep)) }}
{% endmacro %}

{% macro default__sampled(relation, columns, condition, percent, keep) -%}
(
        select {{ columns }}
        from {{ relation }} as monitored
        where {{ condition }}
    )
{%- endmacro %}

{# Its SAMPLE wants a table made for it; rows by their place in a block can be skipped before anything is computed of them.
   https://clickhouse.com/docs/sql-reference/functions/other-functions#rownumberinblock #}
{% macro clickhouse__sampled(relation, columns, condition, percent, keep) -%}
(
        select {{ columns }}
        from {{ relation }} as monitored
        where {{ condition }}
        and cityHash64(rowNumberInBlock()) % 1000000 < {{ percent }} * {{ keep }} * 100
    )
{%- endmacro %}

{# Skips whole vectors of 2,048 rows. https://duckdb.org/docs/stable/sql/samples #}
{% macro duckdb__sampled(relation, columns, condition, percent, keep) -%}
(
        select * from (
            select {{ columns }}
            from {{ relation }} as monitored tablesample system ({{ percent }} percent) repeatable (42)
            where {{ condition }}
        ) as blocks tablesample bernoulli ({{ keep }} percent) repeatable (42)
    )
{%- endmacro %}

{# TABLESAMPLE is for tables, not for views; random() follows the session's seed. https://www.postgresql.org/docs/current/sql-select.html #}
{% macro postgres__sampled(relation, columns, condition, percent, keep) -%}
(
        select {{ columns }}
        from {{ relation }} as monitored{{ ' tablesample system (' ~ percent ~ ') repeatable (42)' if percent | float < 100 }}
        where {{ condition }}
        and random() < {{ keep }} / 100
    )
{%- endmacro %}

{# It has no TABLESAMPLE. https://docs.aws.amazon.com/redshift/latest/dg/r_RANDOM.html #}
{% macro redshift__sampled(relation, columns, condition, percent, keep) -%}
(
        select {{ columns }}
        from {{ relation }} as monitored
        where {{ condition }}
        and random() < {{ percent }} / 100 * {{ keep }} / 100
    )
{%- endmacro %}

{# Its TABLESAMPLE takes plain decimals only; a seed gives the same rows every time.
   https://spark.apache.org/docs/latest/api/sql/index.html#rand #}
{% macro spark__sampled(relation, columns, condition, percent, keep) -%}
(
        select {{ columns }}
        from {{ relation }} as monitored
        where {{ condition }}
        and rand(42) * 1e4 < {{ percent }} * {{ keep }}
    )
{%- endmacro %}

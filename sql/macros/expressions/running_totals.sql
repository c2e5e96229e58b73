{#
  A select that adds ref_total and cur_total (how many values of each window are at or below a row's value) and ref_n and cur_n
  (how many there are) to the columns of `source`: feature, value, ref_rows and cur_rows.
#}
{% macro running_totals(source) %}
    {{ return(adapter.dispatch('running_totals', 'driftql')(source)) }}
{% endmacro %}

{% macro default__running_totals(source) %}
    select {{ source }}.*,
        sum(ref_rows) over (partition by feature order by value rows unbounded preceding) as ref_total,
        sum(cur_rows) over (partition by feature order by value rows unbounded preceding) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from {{ source }}
{%- endmacro %}

{# A running sum of doubles takes twice as long as one of integers, and these are whole.
   https://duckdb.org/docs/stable/sql/functions/window_functions #}
{% macro duckdb__running_totals(source) %}
    select {{ source }}.*,
        cast(sum(cast(ref_rows as bigint)) over so_far as double) as ref_total,
        cast(sum(cast(cur_rows as bigint)) over so_far as double) as cur_total,
        sum(ref_rows) over (partition by feature) as ref_n, sum(cur_rows) over (partition by feature) as cur_n
    from {{ source }}
    window so_far as (partition by feature order by value rows unbounded preceding)
{%- endmacro %}

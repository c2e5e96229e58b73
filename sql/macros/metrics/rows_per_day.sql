{#
  How many rows each day of each window has: is_current, row_day (text such as 2026-01-31; NULL for rows without a time) and
  day_rows. Days without rows are not there.

  days      the time of a row of the reference and of the current window: a timestamp without a zone, moved so that the days of its
            window end at midnight
  max_rows  the newest days come first, those of the current window before the reference's
#}
{% macro rows_per_day(ref, cur, days, max_rows) %}
    {{ return(adapter.dispatch('rows_per_day', 'driftql')(ref, cur, days, max_rows)) }}
{% endmacro %}

{% macro default__rows_per_day(ref, cur, days, max_rows) -%}
select is_current, row_day, count(*) as day_rows
from (
    select 0 as is_current, {{ driftql.day_text(days[0]) }} as row_day
    from {{ ref }} as reference_rows
    union all
    select 1 as is_current, {{ driftql.day_text(days[1]) }} as row_day
    from {{ cur }} as current_rows
) as dated_rows
group by is_current, row_day
order by is_current desc, row_day desc
limit {{ max_rows }}
{%- endmacro %}

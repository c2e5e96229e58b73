{#
  How many rows have no time, so that no window by time holds them, in one row with the column row_count.

  windows  list of [a quoted table, condition]; no row may meet two conditions on one table
#}
{% macro rows_without_time(windows) %}
    {{ return(adapter.dispatch('rows_without_time', 'driftql')(windows)) }}
{% endmacro %}

{% macro default__rows_without_time(windows) -%}
select count(*) as row_count
from (
{%- for relation, condition in windows %}
    select 1 as one
    from {{ relation }} as monitored
    where {{ condition }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
) as timeless_rows
{{- driftql.query_settings() }}
{%- endmacro %}

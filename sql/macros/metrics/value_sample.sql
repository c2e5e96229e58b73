{#
  How often the values of text columns repeat in the first rows of a table: how many rows there are (row_count), and for the i-th
  column how many of them have a value (values_i) and how many different values there are (distinct_i, roughly).

  source    a table
  values    list of columns
  max_rows  rows to look at
#}
{% macro value_sample(source, values, max_rows) %}
    {{ return(adapter.dispatch('value_sample', 'driftql')(source, values, max_rows)) }}
{% endmacro %}

{% macro default__value_sample(source, values, max_rows) -%}
{%- set first_rows %}
    select
{%- for value in values %}
        {{ driftql.as_text(value) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as monitored
    limit {{ max_rows }}
{%- endset -%}
{%- set final -%}
select
    count(*) as row_count
{%- for value in values %},
    count(value_{{ loop.index }}) as values_{{ loop.index }},
    {{ driftql.approximate_distinct('value_' ~ loop.index) }} as distinct_{{ loop.index }}
{%- endfor %}
from first_rows
{%- endset -%}
{{ driftql.query([
    ['first_rows', 'the columns of some rows as text', first_rows, 0]
], 'how many rows there are, and for each column how many values, and how many different ones', final) }}
{%- endmacro %}

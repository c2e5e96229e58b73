{#
  Whether some columns are class probabilities: how many of the first rows have a complete vector of them, and in how many
  of these all are within [0, 1] and sum to 1.

  source         a table
  probabilities  list of columns, one per class, or the one of the positive class
  max_rows       rows to look at
#}
{% macro probability_sums(source, probabilities, max_rows) %}
    {{ return(adapter.dispatch('probability_sums', 'driftql')(source, probabilities, max_rows)) }}
{% endmacro %}

{% macro default__probability_sums(source, probabilities, max_rows) -%}
{%- set names = driftql.prediction_names(probabilities, 0) -%}
{%- set first_rows %}
    select
{%- for p in driftql.class_probabilities(probabilities, 0) %}
        {{ p }} as {{ names[loop.index0] }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as monitored
    limit {{ max_rows }}
{%- endset -%}
{%- set sums %}
    select
        {{ driftql.row_probability_sum(names, 0) }} as probability_sum,
        case when {{ driftql.row_out_of_range(names, 0) }} then 1 else 0 end as out_of_range
    from first_rows
{%- endset -%}
{%- set final -%}
select
    count(*) as complete_rows,
    {{ driftql.count_if('out_of_range = 0 and abs(probability_sum - 1) <= 0.01') }} as sound_rows
from sums
where {{ driftql.is_finite('probability_sum', 1) }}
{%- endset -%}
{{ driftql.query([
    ['first_rows', 'the columns of some rows, each cast and named once', first_rows, 0],
    ['sums', 'their sum, and whether one is outside of [0, 1]', sums, 0]
], 'the rows that have all of them, and those among these that are probabilities', final) }}
{%- endmacro %}

{#
  Whether some columns are class probabilities: how many of the first rows have a complete vector of them, and in how many
  of these all are within [0, 1] and sum to 1.

  source         a table
  probabilities  list of columns, one a class
  max_rows       rows to look at
#}
{% macro probability_sums(source, probabilities, max_rows) %}
    {{ return(adapter.dispatch('probability_sums', 'driftql')(source, probabilities, max_rows)) }}
{% endmacro %}

{% macro default__probability_sums(source, probabilities, max_rows) -%}
with
first_rows as (
    select {{ probabilities | join(', ') }}
    from {{ source }} as monitored
    limit {{ max_rows }}
)

select
    count(*) as complete_rows,
    {{ driftql.count_if('not ' ~ driftql.row_out_of_range(probabilities, 0) ~ ' and abs(' ~ driftql.row_probability_sum(probabilities, 0) ~ ' - 1) <= 0.01') }} as sound_rows
from first_rows
where {{ driftql.row_is_complete(probabilities, 0) }}
{{- driftql.query_settings() }}
{%- endmacro %}

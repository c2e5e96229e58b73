{#
  The first day of the present week, month, quarter or year, as a date.

  unit  week (it begins with Monday), month, quarter or year
#}
{% macro first_day(unit) %}
    {{ return(adapter.dispatch('first_day', 'driftql')(unit)) }}
{% endmacro %}

{% macro default__first_day(unit) -%}
cast(date_trunc('{{ unit }}', {{ driftql.present_day() }}) as date)
{%- endmacro %}

{# Its week begins with Sunday, its isoweek with Monday. https://cloud.google.com/bigquery/docs/reference/standard-sql/date_functions#date_trunc #}
{% macro bigquery__first_day(unit) -%}
date_trunc({{ driftql.present_day() }}, {{ 'isoweek' if unit == 'week' else unit }})
{%- endmacro %}

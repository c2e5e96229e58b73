{#
  A day as a value that can be compared with a time column.

  kind  the kind of the column: timestamp, timestamptz, date or text
#}
{% macro day_value(day, kind) %}
    {{ return(adapter.dispatch('day_value', 'driftql')(day, kind)) }}
{% endmacro %}

{% macro default__day_value(day, kind) -%}
{{ day }}
{%- endmacro %}

{# A date is no TIMESTAMP there, but it is a DATETIME. https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules #}
{% macro bigquery__day_value(day, kind) -%}
{{ 'timestamp(' ~ day ~ ')' if kind == 'timestamptz' else day }}
{%- endmacro %}

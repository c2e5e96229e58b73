{#
  A day some days before another, or after it where the number is negative.

  days  a whole number
#}
{% macro days_before(day, days) %}
    {{ return(adapter.dispatch('days_before', 'driftql')(day, days)) }}
{% endmacro %}

{% macro default__days_before(day, days) -%}
{{ day }} {{ '-' if days >= 0 else '+' }} {{ days | abs }}
{%- endmacro %}

{# It adds no number to a date. https://trino.io/docs/current/functions/datetime.html #}
{% macro trino__days_before(day, days) -%}
{{ day }} {{ '-' if days >= 0 else '+' }} interval '{{ days | abs }}' day
{%- endmacro %}

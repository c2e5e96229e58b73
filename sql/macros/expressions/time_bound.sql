{#
  The condition that a time column is at or after a moment, or before it. The column stands bare beside a literal of its own
  type, so that the database can use its index, partitions or clusters.

  column      the quoted column
  kind        what it holds: 'timestamp' (without a zone), 'timestamptz' (instants), 'date', 'text' (ISO times), or 'time' where
              nobody knows: a bare text then takes the type of the column
  comparison  '>=' or '<'
  moment      a quoted text: '2026-01-31 12:00:00.000000', for 'timestamptz' '2026-01-31 12:00:00.000000+00:00', for 'date'
              '2026-01-31'

  Text is converted, because the earlier of two ISO times need not be the smaller text: 2026-1-9 comes before 2026-01-10.
#}
{% macro time_bound(column, kind, comparison, moment) %}
    {{ return(adapter.dispatch('time_bound', 'driftql')(column, kind, comparison, moment)) }}
{% endmacro %}

{% macro default__time_bound(column, kind, comparison, moment) -%}
{%- if kind == 'text' -%}
({{ driftql.utc_timestamp(driftql.instant_of_text(column), 1) }} {{ comparison }} {{ driftql.timestamp_value(moment) }})
{%- elif kind == 'timestamptz' -%}
({{ column }} {{ comparison }} {{ driftql.instant_value(moment) }})
{%- elif kind == 'time' -%}
({{ column }} {{ comparison }} {{ moment }})
{%- elif kind == 'date' -%}
({{ column }} {{ comparison }} {{ driftql.date_value(moment) }})
{%- else -%}
({{ column }} {{ comparison }} {{ driftql.timestamp_value(moment) }})
{%- endif -%}
{%- endmacro %}

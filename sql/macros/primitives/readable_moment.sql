{#
  A timestamp that a calendar holds, from year 1 to 9999, else NULL: drivers return others as text, as another moment or
  not at all.
#}
{% macro readable_moment(moment) %}
    {{ return(adapter.dispatch('readable_moment', 'driftql')(moment)) }}
{% endmacro %}

{% macro default__readable_moment(moment) -%}
case
        when {{ moment }} >= {{ driftql.timestamp_value("'0001-01-01 00:00:00'") }}
            and {{ moment }} <= {{ driftql.timestamp_value("'9999-12-31 23:59:59'") }} then {{ moment }}
    end
{%- endmacro %}

{# Its DateTime64 ends in 2299. https://clickhouse.com/docs/sql-reference/data-types/datetime64 #}
{% macro clickhouse__readable_moment(moment) -%}
{{ moment }}
{%- endmacro %}

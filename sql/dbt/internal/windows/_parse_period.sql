{#
  Return when a period such as yesterday, last month, 2026-01-31, 2026-01, 2026-W05, 2026-Q1 or 2026 begins and ends, in UTC.

  zone  the time zone whose midnights begin its days
  what  what to call it in an error
#}
{% macro _parse_period(value, zone, what) %}
    {%- set days = driftql._read_period(value, zone) -%}
    {%- if days is none -%}
        {{ driftql._raise_error(
            what ~ " is '" ~ value ~ "', which is no period; write yesterday, 2026-01-31, 2026-01, 2026-W05, 2026-Q1 or 2026"
        ) }}
    {%- endif -%}
    {{ return([driftql._to_utc(days[0], zone), driftql._to_utc(days[1], zone)]) }}
{% endmacro %}

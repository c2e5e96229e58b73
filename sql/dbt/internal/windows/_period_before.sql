{# Return the period before another, which begins and ends at two moments in UTC: as many months, or as many days. #}
{% macro _period_before(start, end, zone) %}
    {%- set first, last = driftql._to_local(start, zone), driftql._to_local(end, zone) -%}
    {%- set months = 12 * (last.year - first.year) + last.month - first.month -%}
    {%- if months and first.day == 1 and last.day == 1 -%}
        {{ return(driftql._to_utc(driftql._months_before(first, months), zone)) }}
    {%- endif -%}
    {{ return(driftql._to_utc(first - (last - first), zone)) }}
{% endmacro %}

{# Return the week, month, quarter or year that a day is in: its first midnight, and the midnight after its last day. #}
{% macro _period_around(midnight, unit) %}
    {%- if unit == 'week' -%}
        {%- set monday = midnight - modules.datetime.timedelta(days=midnight.weekday()) -%}
        {{ return([monday, monday + modules.datetime.timedelta(days=7)]) }}
    {%- endif -%}
    {%- set length = {'month': 1, 'quarter': 3, 'year': 12}[unit] -%}
    {%- set start = midnight.replace(month=(midnight.month - 1) // length * length + 1, day=1) -%}
    {{ return([start, driftql._months_before(start, 0 - length)]) }}
{% endmacro %}

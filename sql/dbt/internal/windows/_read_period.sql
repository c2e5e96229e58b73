{# Return the first midnight of a period and the midnight after its last day, in local time; none for a text that is none. #}
{% macro _read_period(value, zone) %}
    {%- set day = modules.datetime.timedelta(days=1) -%}
    {%- set now = driftql._to_local(modules.datetime.datetime.utcnow(), zone) -%}
    {%- set today = now.replace(hour=0, minute=0, second=0, microsecond=0) -%}
    {%- set text = (value | string).split() | join(' ') | lower -%}
    {%- set spoken = modules.re.match('^(this|last)[ _-](week|month|quarter|year)$', text) -%}
    {%- set dated = modules.re.match('^([0-9]{4})(?:-?w([0-9]{2})|-?q([1-4])|-([0-9]{2})(?:-([0-9]{2}))?)?$', text) -%}
    {%- if text in ('today', 'yesterday') -%}
        {%- set start = today if text == 'today' else today - day -%}
        {{ return([start, start + day]) }}
    {%- elif spoken -%}
        {%- set this = driftql._period_around(today, spoken.group(2)) -%}
        {{ return(this if spoken.group(1) == 'this' else driftql._period_around(this[0] - day, spoken.group(2))) }}
    {%- elif dated -%}
        {%- set year, week, quarter, month, date = dated.groups() -%}
        {%- set first = driftql._existing_day(year | int, (month or 1) | int, (date or 1) | int) -%}
        {%- if first is none -%}
            {{ return(none) }}
        {%- elif week -%}
            {#- The week with the 4th of January is the first. -#}
            {%- set monday = driftql._period_around(first + 3 * day, 'week')[0] + 7 * ((week | int) - 1) * day -%}
            {{ return([monday, monday + 7 * day] if week | int > 0 and (monday + 3 * day).year == year | int else none) }}
        {%- elif date -%}
            {{ return([first, first + day]) }}
        {%- elif quarter -%}
            {{ return(driftql._period_around(first.replace(month=3 * (quarter | int) - 2), 'quarter')) }}
        {%- endif -%}
        {{ return(driftql._period_around(first, 'month' if month else 'year')) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}

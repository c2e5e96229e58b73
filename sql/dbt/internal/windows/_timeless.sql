{#
  Return the name of the time column as a literal and a query that counts the rows without a time, in parentheses, as
  row_count: they are in no window. Return an empty list where the windows do not go by time.
#}
{% macro _timeless(resolved) %}
    {%- set found = {} -%}
    {%- for window in (resolved['reference'], resolved['current']) if window['start'] is not none or window['end'] is not none -%}
        {%- do found.setdefault(window['relation'], []).append(window['filter']) -%}
    {%- endfor -%}
    {%- if not found -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set name = resolved['layout']['bucket_start']['name'] -%}
    {%- set queries = [] -%}
    {%- for relation, filters in found.items() -%}
        {#- A row that both windows would hold counts once. -#}
        {%- set either = '' if none in filters else ' and ((' ~ filters | unique | join(') or (') ~ '))' -%}
        {%- do queries.append(
            'select 1 as one from ' ~ relation ~ ' as monitored where ' ~ driftql._quote(name) ~ ' is null' ~ either
        ) -%}
    {%- endfor -%}
    {{ return([
        driftql._text_literal(name) | trim,
        '(select count(*) as row_count from (' ~ queries | join(' union all ') ~ ') as rows_of_both)'
    ]) }}
{% endmacro %}

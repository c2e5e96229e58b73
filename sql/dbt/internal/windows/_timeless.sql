{#
  Return the name of the time column as a literal and a query that counts the rows without a time, in parentheses, as
  row_count: they are in no window. Return an empty list where the windows do not go by time.
#}
{% macro _timeless(resolved) %}
    {%- set relations = [] -%}
    {%- for window in (resolved['reference'], resolved['current']) if window['start'] is not none or window['end'] is not none -%}
        {%- set condition = ' and (' ~ window['filter'] ~ ')' if window['filter'] is not none else '' -%}
        {%- set query = 'select 1 as marker from ' ~ window['relation'] ~ ' as monitored where '
            ~ driftql._quote(resolved['layout']['bucket_start']['name']) ~ ' is null' ~ condition -%}
        {%- do relations.append(query) if query not in relations -%}
    {%- endfor -%}
    {%- if not relations -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return([
        driftql._text_literal(resolved['layout']['bucket_start']['name']) | trim,
        '(select count(*) as row_count from (' ~ relations | join(' union all ') ~ ') as timeless)'
    ]) }}
{% endmacro %}

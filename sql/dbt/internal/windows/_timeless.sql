{#
  Return the name of the time column as a literal and a query that counts the rows without a time, in parentheses, as
  row_count: they are in no window. Return an empty list where the windows do not go by time.
#}
{% macro _timeless(resolved) %}
    {%- set found, others = {}, {} -%}
    {%- for window in (resolved['reference'], resolved['current']) -%}
        {%- set is_timed = window['start'] is not none or window['end'] is not none -%}
        {%- do (found if is_timed else others).setdefault(window['relation'], []).append(window['filter']) -%}
    {%- endfor -%}
    {%- if not found -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set name = resolved['layout']['bucket_start']['name'] -%}
    {%- set queries = [] -%}
    {%- for relation, filters in found.items() -%}
        {#- A row that both windows would hold counts once. A window that does not go by time holds such rows. -#}
        {%- set conditions = [driftql._quote(name) ~ ' is null'] -%}
        {%- do conditions.append('((' ~ filters | unique | join(') or (') ~ '))') if none not in filters -%}
        {%- for filter in others.get(relation, []) -%}
            {%- do conditions.append('case when ' ~ (filter or '1 = 1') ~ ' then 1 else 0 end = 0') -%}
        {%- endfor -%}
        {%- do queries.append([relation, conditions | join(' and ')]) -%}
    {%- endfor -%}
    {{ return([
        driftql._text_literal(name) | trim,
        '(' ~ driftql.rows_without_time(queries) ~ ')'
    ]) }}
{% endmacro %}

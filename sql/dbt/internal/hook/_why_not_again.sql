{#
  Return why a check is not run again, or '': its last run is younger than `at_most`, or, with `skip_unchanged`, was over the same
  rows with the same options. A run that a gate has stopped, or would have stopped, is always made again.

  resolved  what _resolve_check returns
#}
{% macro _why_not_again(settings, resolved, monitor, moment) %}
    {%- if settings['at_most'] is none and not settings['skip_unchanged'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set last = driftql._last_report(settings, monitor) -%}
    {%- if last is none
            or (last['alerts'] and settings['on_drift'] == 'error')
            or (last['not_computed'] and settings['on_not_computed'] == 'error') -%}
        {{ return('') }}
    {%- endif -%}
    {%- set before = driftql._parse_moment(last['timestamp'], 'the time of the last run') -%}
    {%- set at_most = settings['at_most'] -%}
    {%- if at_most is not none and moment - before < driftql._parse_span(at_most, 'at_most')['about'] -%}
        {{ return('its last check was at ' ~ before.strftime('%Y-%m-%d %H:%M') ~ ' UTC (at_most: ' ~ at_most ~ ')') }}
    {%- endif -%}
    {%- if settings['skip_unchanged'] -%}
        {%- set windows = driftql._profile_windows(resolved, none)[0] -%}
        {%- set now = fromjson(tojson([driftql._describe_options(settings, resolved['layout'])] + windows)) -%}
        {%- if now == [last['config'], last['reference'], last['current']] -%}
            {{ return(
                'no row is new since its last check, at ' ~ before.strftime('%Y-%m-%d %H:%M') ~ ' UTC (skip_unchanged)'
            ) }}
        {%- endif -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}


{# Return the last recorded report of a monitor on this target; none where there is none. #}
{% macro _last_report(settings, monitor) %}
    {%- set runs = driftql._own_table(settings, settings['history']['prefix'] ~ 'runs') -%}
    {%- if load_relation(runs) is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set condition = 'monitor = ' ~ driftql._text_literal(monitor) -%}
    {%- set present = adapter.get_columns_in_relation(runs) | map(attribute='name') | map('lower') | list -%}
    {#- An error here would undo the model; write_runs says that the table is not driftql's. -#}
    {%- if ('run_id', 'recorded_at', 'monitor', 'report') | reject('in', present) | list -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if 'dbt_target' in present -%}
        {%- set condition = condition ~ ' and dbt_target = ' ~ driftql._text_literal(target.name) -%}
    {%- endif -%}
    {%- for row in driftql._fetch_rows(driftql.run_report(runs, condition, 1)) -%}
        {{ return(fromjson(row['report'], none)) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}

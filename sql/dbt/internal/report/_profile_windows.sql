{# Count the rows of both windows. Returns what the report says of each window, and the rows of window_profile. #}
{% macro _profile_windows(resolved, statements) %}
    {%- set layout = resolved['layout'] -%}
    {%- set start = driftql._utc_time(layout['bucket_start']) if layout['bucket_start'] is not none else 'null' -%}
    {%- set version = driftql._quote(layout['schema_version']['name']) if layout['schema_version'] is not none else 'null' -%}
    {%- set user = driftql._quote(layout['user']['name']) if layout['user'] is not none else 'null' -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set query = driftql.window_profile(ref, cur, [], start, version, user, 0) -%}
    {%- set profiles = driftql._fetch_rows(query, statements, 'window_profile') -%}
    {%- set windows = [] -%}
    {%- for window in (resolved['reference'], resolved['current']) -%}
        {%- set profile = profiles[loop.index0] -%}
        {%- set counted = {
            'role': window['role'],
            'source': window['source'],
            'filter': window['filter'],
            'start': driftql._iso_text(window['start']),
            'end': driftql._iso_text(window['end']),
            'timezone': window['zone'] if window['zone'] != 'UTC' else none,
            'rows': profile['row_count']
        } -%}
        {%- for name in ('first_bucket', 'last_bucket') -%}
            {%- set time = profile[name] -%}
            {%- do counted.update({name: driftql._iso_text(driftql._parse_moment(time, name)) if time is not none else none}) -%}
        {%- endfor -%}
        {%- do windows.append(counted) -%}
    {%- endfor -%}
    {{ return([windows, profiles]) }}
{% endmacro %}

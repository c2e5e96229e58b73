{# List statements that put the least certain rows of the current window into the labeling queue. #}
{% macro _enqueue_drift(entry) %}
    {%- set settings, resolved = entry['settings'], entry['resolved'] -%}
    {%- set layout = resolved['layout'] -%}
    {%- set queue = driftql._own_table(settings, settings['queue']['table']) -%}
    {%- set user = layout['user'] -%}
    {%- set user = driftql._value_by_kind(user['name'], user, user) if user is not none else 'null' -%}
    {%- set start = driftql._utc_time(layout['bucket_start']) if layout['bucket_start'] is not none else none -%}
    {%- if layout['bucket_end'] is not none -%}
        {%- set end = driftql._utc_time(layout['bucket_end']) -%}
    {%- else -%}
        {%- set end = driftql.add_seconds(start, 60) if start is not none else none -%}
    {%- endif -%}
    {%- set nothing = driftql.null_moment() | trim -%}
    {%- set ids = [] -%}
    {%- for column in layout['row_id'] -%}
        {%- do ids.append(driftql._quote(column['name'])) -%}
    {%- endfor -%}
    {%- set row_id = driftql.row_key(ids) | trim if ids else '' -%}
    {#- Where both windows need one of their own, the second is the current window's. -#}
    {%- set label = resolved['label'] if resolved['label'] is string else resolved['label'][1] -%}
    {%- set confidence = driftql._confidence(layout) or driftql.as_double('null') -%}
    {{ return([
        driftql.lock_queue(queue),
        driftql.enqueue(
            queue, resolved['current']['sql'], user, start or nothing, end or nothing, confidence, label, row_id,
            "'drift'",
            driftql._moment_literal(entry['moment']), '1 = 1', settings['queue']['limit'],
            driftql._text_literal(entry['monitor']), driftql._text_literal(resolved['current']['source'])
        ),
        driftql.settle_queue(queue)
    ]) }}
{% endmacro %}

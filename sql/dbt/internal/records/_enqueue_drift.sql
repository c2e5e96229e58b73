{# List statements that put the least certain rows of the current window into the labeling queue. #}
{% macro _enqueue_drift(entry) %}
    {%- set settings, resolved = entry['settings'], entry['resolved'] -%}
    {%- set layout = resolved['layout'] -%}
    {%- set queue = driftql._own_table(settings, settings['queue']['table']) -%}
    {%- set user = driftql._quote(layout['user']['name']) -%}
    {%- set start = driftql._utc_time(layout['bucket_start']) -%}
    {%- if layout['bucket_end'] is not none -%}
        {%- set end = driftql._utc_time(layout['bucket_end']) -%}
    {%- else -%}
        {%- set end = driftql.add_seconds(start, 60) -%}
    {%- endif -%}
    {%- set confidence = driftql._confidence(layout) or driftql.as_double('null') -%}
    {{ return([
        driftql.lock_queue(queue),
        driftql.enqueue(
            queue, resolved['current']['sql'], user, start, end, confidence, resolved['label'], '', "'drift'",
            driftql._moment_literal(entry['moment']), '1 = 1', settings['queue']['limit']
        ),
        driftql.settle_queue(queue)
    ]) }}
{% endmacro %}

{#
  Create the labeling queue where it is missing, which is that of Python, and bring an older one up to date. Return '', or why
  it cannot be written to.
#}
{% macro _create_queue(settings) %}
    {%- set queue = driftql._own_table(settings, settings['queue']['table']) -%}
    {%- set columns = (
        'request_id', 'user_id', 'bucket_start_ts', 'bucket_end_ts', 'reason', 'confidence', 'predicted_label', 'created_at',
        'updated_at', 'status', 'row_id', 'monitor', 'source'
    ) -%}
    {%- set problem = driftql._why_not_writable(queue, columns) -%}
    {%- if problem -%}
        {{ return(problem) }}
    {%- endif -%}
    {%- do driftql._create_own_schema(settings, queue) -%}
    {%- set problem = driftql._write_together([driftql._lock_install(), driftql.create_queue(queue)]) -%}
    {%- if problem -%}
        {{ return(problem) }}
    {%- endif -%}
    {%- set problem = driftql._write_together(driftql._migrate_queue(queue))
        or driftql._describe_foreign_table(queue, columns, 'a labeling queue') -%}
    {%- if problem -%}
        {{ return(problem) }}
    {%- endif -%}
    {%- set rules = [] -%}
    {%- for by in ['bucket', 'row'] -%}
        {%- set rule = driftql._quote(settings['queue']['table'] ~ '_one_' ~ by) -%}
        {%- do rules.append(driftql.create_queue_rule(queue, rule, by)) -%}
    {%- endfor -%}
    {{ return(driftql._describe_collision(queue, rules) or driftql._write_together(rules)) }}
{% endmacro %}


{# Say which requests are pending twice, where the queue's rules forbid it: then they cannot be created. Return '' elsewhere. #}
{% macro _describe_collision(queue, rules) %}
    {%- for found in driftql._fetch_rows(driftql.queue_collisions(queue, 1)) if rules | join | trim -%}
        {%- set what = 'row ' ~ found['row_id'] if found['row_id'] is not none
            else 'the bucket of ' ~ found['user_id'] ~ ' at ' ~ found['bucket_start'] -%}
        {{ return(
            "the queue " ~ queue ~ " asks " ~ found['requests'] ~ " times for " ~ what ~ "; mark all but one of these requests as "
            ~ "done (such as " ~ found['last_id'] ~ ")"
        ) }}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}


{# List statements that add the columns which a queue of an earlier version lacks. #}
{% macro _migrate_queue(queue) %}
    {%- set present = adapter.get_columns_in_relation(queue) | map(attribute='name') | map('lower') | list -%}
    {%- set statements = [] -%}
    {%- if 'request_id' in present and 'status' in present -%}
        {%- if 'row_id' not in present -%}
            {%- set older = driftql._quote(queue.schema) ~ '.' ~ driftql._quote(queue.identifier ~ '_one_pending') -%}
            {%- do statements.extend(driftql.migrate_queue(queue, older)) -%}
        {%- endif -%}
        {%- set missing = [] -%}
        {%- for name in ('monitor', 'source') if name not in present -%}
            {%- do missing.append([name, 'text']) -%}
        {%- endfor -%}
        {%- do statements.extend(driftql.add_columns(queue, missing)) if missing -%}
    {%- endif -%}
    {{ return(statements) }}
{% endmacro %}

{# Create the tables that are missing, which are those of Python: runs, metrics, telemetry and, if wanted, the queue. #}
{% macro _create_tables(settings, with_queue) %}
    {%- set prefix = settings['history']['prefix'] -%}
    {%- set columns = {
        'runs': ('run_id', 'host', 'monitor', 'recorded_at', 'reference_source', 'current_source', 'reference_rows', 'current_rows',
                 'alerts', 'critical_alerts', 'not_computed', 'summary', 'report', 'reference_start', 'reference_end',
                 'current_start', 'current_end', 'columns_left_out', 'warnings', 'notes'),
        'metrics': ('run_id', 'recorded_at', 'monitor', 'window_role', 'feature', 'metric', 'value', 'threshold', 'flagged',
                    'reference_start', 'reference_end', 'current_start', 'current_end'),
        'telemetry': ('run_id', 'recorded_at', 'monitor', 'user_id', 'window_start', 'window_end', 'total_windows',
                      'confidence_mean', 'reject_rate', 'mean_entropy', 'schema_version', 'feature_missingness',
                      'class_distribution')
    } -%}
    {%- set tables = {} -%}
    {%- for name in columns -%}
        {%- do tables.update({name: driftql._own_table(settings, prefix ~ name)}) -%}
    {%- endfor -%}
    {%- if settings['history']['schema'] is not none -%}
        {%- do adapter.create_schema(tables['runs']) -%}
    {%- endif -%}
    {%- do driftql._execute(driftql._lock_install()) -%}
    {%- for sql in driftql.create_history(tables['runs'], tables['metrics'], tables['telemetry']) -%}
        {%- do driftql._execute(sql) -%}
    {%- endfor -%}
    {%- set times = ('reference_start', 'reference_end', 'current_start', 'current_end') -%}
    {%- for name in ('runs', 'metrics') -%}
        {%- do driftql._add_columns(tables[name], times, driftql.type_moment()) -%}
    {%- endfor -%}
    {%- do driftql._add_columns(tables['runs'], ('columns_left_out', 'warnings', 'notes'), driftql.type_text()) -%}
    {%- for name, table in tables.items() -%}
        {%- do driftql._refuse_foreign_table(table, columns[name], 'a history table') -%}
    {%- endfor -%}
    {%- if with_queue -%}
        {%- set queue = driftql._own_table(settings, settings['queue']['table']) -%}
        {%- do driftql._execute(driftql.create_queue(queue)) -%}
        {%- do driftql._migrate_queue(queue) -%}
        {%- do driftql._refuse_foreign_table(queue, (
            'request_id', 'user_id', 'bucket_start_ts', 'bucket_end_ts', 'reason', 'confidence', 'predicted_label', 'created_at',
            'updated_at', 'status', 'row_id'
        ), 'a labeling queue') -%}
        {%- for by in ['bucket', 'row'] -%}
            {%- set rule = driftql._quote(settings['queue']['table'] ~ '_one_' ~ by) -%}
            {%- do driftql._execute(driftql.create_queue_rule(queue, rule, by)) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{# Add the columns that a table of an earlier version lacks. #}
{% macro _add_columns(relation, columns, type) %}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- set missing = columns | reject('in', present) | list -%}
    {%- if missing and 'run_id' in present and 'recorded_at' in present -%}
        {%- for sql in driftql.add_columns(relation, missing, type | trim) -%}
            {%- do driftql._execute(sql) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{# Add the column for ids of rows that a queue of an earlier version lacks. #}
{% macro _migrate_queue(queue) %}
    {%- set present = adapter.get_columns_in_relation(queue) | map(attribute='name') | map('lower') | list -%}
    {%- if 'row_id' not in present and 'request_id' in present and 'status' in present -%}
        {%- set older = driftql._quote(queue.schema) ~ '.' ~ driftql._quote(queue.identifier ~ '_one_pending') -%}
        {%- for sql in driftql.migrate_queue(queue, older) -%}
            {%- do driftql._execute(sql) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{# Refuse a table of the same name that is not driftql's. #}
{% macro _refuse_foreign_table(relation, wanted, what) %}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- set missing = wanted | reject('in', present) | list -%}
    {%- if missing -%}
        {{ driftql._raise_error(
            "the table " ~ relation ~ " is not " ~ what ~ " of driftql: it lacks the columns " ~ missing | join(', ')
            ~ "; name another with history.prefix or queue.table"
        ) }}
    {%- endif -%}
{% endmacro %}

{#
  Create the tables of runs, metrics and telemetry where they are missing, which are those of Python, and bring older ones up to
  date. Return '', or why they cannot be written to.
#}
{% macro _create_history(settings) %}
    {%- set prefix = settings['history']['prefix'] -%}
    {%- set columns = {
        'runs': ('run_id', 'host', 'monitor', 'recorded_at', 'reference_source', 'current_source', 'reference_rows', 'current_rows',
                 'alerts', 'critical_alerts', 'not_computed', 'summary', 'report', 'reference_start', 'reference_end',
                 'current_start', 'current_end', 'invocation_id', 'node_id', 'dbt_target', 'columns_left_out', 'warnings',
                 'notes'),
        'metrics': ('run_id', 'recorded_at', 'monitor', 'window_role', 'feature', 'metric', 'value', 'threshold', 'flagged',
                    'reference_start', 'reference_end', 'current_start', 'current_end'),
        'telemetry': ('run_id', 'recorded_at', 'monitor', 'user_id', 'window_start', 'window_end', 'total_windows',
                      'confidence_mean', 'confidence_median', 'confidence_p5', 'confidence_p95', 'confidence_std', 'reject_rate',
                      'mean_entropy', 'schema_version', 'feature_missingness', 'class_distribution')
    } -%}
    {%- set tables = {} -%}
    {%- for name in columns -%}
        {%- do tables.update({name: driftql._own_table(settings, prefix ~ name)}) -%}
    {%- endfor -%}
    {%- for name, table in tables.items() -%}
        {%- set problem = driftql._why_not_writable(table, columns[name]) -%}
        {%- if problem -%}
            {{ return(problem) }}
        {%- endif -%}
    {%- endfor -%}
    {%- do driftql._create_own_schema(settings, tables['runs']) -%}
    {%- set creations = driftql.create_history(tables['runs'], tables['metrics'], tables['telemetry']) -%}
    {%- set problem = driftql._write_together([driftql._lock_install()] + creations) -%}
    {%- if problem -%}
        {{ return(problem) }}
    {%- endif -%}
    {%- set additions = [] -%}
    {%- for name in ('runs', 'metrics') -%}
        {%- do additions.extend(driftql._add_history_columns(tables[name], columns[name])) -%}
    {%- endfor -%}
    {%- set problem = driftql._write_together(additions) -%}
    {%- if problem -%}
        {{ return(problem) }}
    {%- endif -%}
    {%- for name, table in tables.items() -%}
        {%- set problem = driftql._describe_foreign_table(table, columns[name], 'a history table') -%}
        {%- if problem -%}
            {{ return(problem) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}


{# List statements that add the columns which a table of an earlier version lacks. #}
{% macro _add_history_columns(relation, wanted) %}
    {%- set present = adapter.get_columns_in_relation(relation) | map(attribute='name') | map('lower') | list -%}
    {%- set missing = [] -%}
    {%- for name, kind in [
        ['reference_start', 'moment'], ['reference_end', 'moment'], ['current_start', 'moment'], ['current_end', 'moment'],
        ['invocation_id', 'text'], ['node_id', 'text'], ['dbt_target', 'text'], ['columns_left_out', 'text'],
        ['warnings', 'text'], ['notes', 'text']
    ] if name in wanted and name not in present -%}
        {%- do missing.append([name, kind]) -%}
    {%- endfor -%}
    {%- set is_ours = 'run_id' in present and 'recorded_at' in present -%}
    {{ return(driftql.add_columns(relation, missing) if missing and is_ours else []) }}
{% endmacro %}

{#
  Return what stands after `from` to read a table of runs or metrics: the table; where an earlier version has created it, and
  no check since, a query that adds the columns it lacks, as NULL; and before the first check, a query without rows.

  name   runs or metrics
  model  the relation of the model that reads it
#}
{% macro _read_history(name, model) %}
    {%- if not execute -%}
        {{ return('not_compiled') }}
    {%- endif -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars()) -%}
    {%- set table = driftql._own_table(settings, settings['history']['prefix'] ~ name) -%}
    {%- if model | string | lower == table | string | lower -%}
        {{ driftql._raise_error(
            "the model " ~ model ~ " would replace the table of the same name, which holds the history; give it another alias"
        ) }}
    {%- endif -%}
    {%- set columns = {
        'runs': {
            'run_id': 'text', 'host': 'text', 'monitor': 'text', 'recorded_at': 'moment', 'reference_source': 'text',
            'current_source': 'text', 'reference_rows': 'count', 'current_rows': 'count', 'alerts': 'count',
            'critical_alerts': 'count', 'not_computed': 'count', 'summary': 'text', 'reference_start': 'moment',
            'reference_end': 'moment', 'current_start': 'moment', 'current_end': 'moment', 'invocation_id': 'text',
            'node_id': 'text', 'dbt_target': 'text', 'columns_left_out': 'text', 'warnings': 'text', 'notes': 'text'
        },
        'metrics': {
            'run_id': 'text', 'recorded_at': 'moment', 'monitor': 'text', 'window_role': 'text', 'metric': 'text',
            'feature': 'text', 'value': 'number', 'threshold': 'number', 'flagged': 'boolean', 'reference_start': 'moment',
            'reference_end': 'moment', 'current_start': 'moment', 'current_end': 'moment'
        }
    }[name] -%}
    {%- if load_relation(table) is not none -%}
        {%- set present = adapter.get_columns_in_relation(table) | map(attribute='name') | map('lower') | list -%}
        {%- if not columns.keys() | reject('in', present) | list -%}
            {{ return(table) }}
        {%- elif 'run_id' in present -%}
            {%- set fields = [] -%}
            {%- for name, kind in columns.items() -%}
                {%- set nothing = driftql.null_moment() if kind == 'moment' else driftql.as_text('null') -%}
                {%- do fields.append(name if name in present else nothing | trim ~ ' as ' ~ name) -%}
            {%- endfor -%}
            {{ return('(select ' ~ fields | join(', ') ~ ' from ' ~ table ~ ')') }}
        {%- endif -%}
    {%- endif -%}
    {{ return('(select * from (' ~ driftql._constant_row(columns, {}) ~ ') as not_recorded where 1 = 0)') }}
{% endmacro %}

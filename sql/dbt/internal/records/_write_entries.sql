{#
  Write what checks have found: first the runs, then the rows to label. What cannot be written is a warning of dbt.

  entries  what _run_check returns, as a list
#}
{% macro _write_entries(entries) %}
    {#- Each table once. -#}
    {%- set problems = {} -%}
    {%- for part, told in [['records', 'the run is not recorded'], ['queues', 'no rows are queued']] -%}
        {%- for entry in entries if entry[part] -%}
            {%- set settings = entry['settings'] -%}
            {%- set name = settings['history']['prefix'] if part == 'records' else settings['queue']['table'] -%}
            {%- set place = part ~ ' ' ~ driftql._own_table(settings, name) -%}
            {%- if place not in problems -%}
                {%- set problem = driftql._create_history(settings) if part == 'records' else driftql._create_queue(settings) -%}
                {%- do problems.update({place: problem}) -%}
            {%- endif -%}
            {%- set problem = problems[place] -%}
            {%- if not problem -%}
                {%- set records = driftql._list_records(entry) if part == 'records' else [] -%}
                {%- set statements = driftql._record_report(records) if part == 'records' else driftql._enqueue_drift(entry) -%}
                {%- set problem = driftql._why_records_refused(records) or driftql._write_together(statements) -%}
            {%- endif -%}
            {%- if problem -%}
                {%- do exceptions.warn('driftql: ' ~ entry['monitor'] ~ ': ' ~ told ~ ': ' ~ problem) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}


{# Return why the database would refuse one of the records, or ''. #}
{% macro _why_records_refused(records) %}
    {%- for table, rows in records -%}
        {%- set problem = driftql._why_rows_refused(table, rows) -%}
        {%- if problem -%}
            {{ return(problem) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}

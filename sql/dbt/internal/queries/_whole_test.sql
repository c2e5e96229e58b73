{#
  Write the query of the generic test of the whole check: one row per finding, with the columns of drift_check. When dbt runs
  the test, the check is run here, and is remembered to be recorded; the query then holds what it found.

  model        a relation; or, with `where`, a query in parentheses with its alias
  column_name  the column under which the test stands, which is a mistake
  given        options and their values
#}
{% macro _whole_test(model, column_name, given) %}
    {%- if not execute -%}
        {{ return('select 1 as not_compiled') }}
    {%- elif column_name is not none -%}
        {{ driftql._raise_error(
            "driftql.no_drift checks a whole model; put it under the model's data_tests, not under the column " ~ column_name
        ) }}
    {%- endif -%}
    {%- set settings = driftql._merge_test_settings('driftql.no_drift', [given]) -%}
    {%- if not driftql._is_enabled(settings) or driftql._is_not_built(model, settings) -%}
        {{ return('select * from ' ~ driftql._empty_query('drift_check') ~ ' as not_checked') }}
    {%- elif not driftql._runs_test(settings) -%}
        {%- set query = driftql._union_queries([driftql._write_check(driftql._resolve_check(settings, model, none))]) -%}
        {{ return('select *\nfrom ' ~ query ~ ' as verdicts\nwhere ' ~ driftql._is_finding()
            ~ (' and is_flagged' if settings['on_not_computed'] == 'ignore' else '')) }}
    {%- endif -%}
    {%- set node = driftql._tested_node() -%}
    {%- set entry = driftql._run_check(settings, model, settings['monitor'] or node['name'], node.get('unique_id'), false) -%}
    {%- do driftql._remember(entry) -%}
    {#- The findings are what the test says; whether they are a warning or an error is dbt's `severity`. -#}
    {%- do driftql._announce(entry, 'ignore', 'ignore') -%}
    {%- set columns = driftql._query_columns('drift_check') -%}
    {%- set queries = [] -%}
    {%- for finding in entry['findings'] if finding['is_flagged'] or settings['on_not_computed'] != 'ignore' -%}
        {%- do queries.append(driftql._constant_row(
            columns, dict(finding, severity=finding['severity'] or 'not computed')
        )) -%}
    {%- endfor -%}
    {%- set rows = driftql._union_queries(queries) if queries else driftql._empty_query('drift_check') -%}
    {{ return('select * from ' ~ rows ~ ' as findings') }}
{% endmacro %}

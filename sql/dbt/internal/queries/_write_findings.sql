{#
  Write a query that holds what the one check of a generic test found, with the columns of the test's own query.

  check  the check's name in results_query
  entry  what _run_one_check returns
#}
{% macro _write_findings(check, entry) %}
    {%- set columns = dict(driftql._query_columns('drift_check')) -%}
    {%- do columns.pop('is_flagged') -%}
    {%- set class_name, newest = none, none -%}
    {%- if check == 'reject_rate_increase' -%}
        {%- set class_name = entry['resolved']['reject_label'] -%}
    {%- elif check == 'class_shift' and entry['report']['class_shift'] -%}
        {%- set class_name = entry['report']['class_shift']['shifted_classes'] | first -%}
    {%- elif check == 'new_category' and (entry['report']['class_shift'] or {}).get('new_classes') -%}
        {%- set newest = entry['report']['class_shift']['new_classes']['largest'][0]['name'] -%}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for finding in entry['findings'] -%}
        {%- do queries.append(driftql._constant_row(columns, dict(
            finding, severity=finding['severity'] or 'not computed', feature=class_name or finding['feature'] or newest
        ))) -%}
    {%- endfor -%}
    {%- if not queries -%}
        {%- set nothing = '(select * from (' ~ driftql._constant_row(columns, {}) ~ ') as no_finding where 1 = 0)' -%}
    {%- endif -%}
    {{ return('select * from ' ~ (driftql._union_queries(queries) if queries else nothing) ~ ' as findings') }}
{% endmacro %}

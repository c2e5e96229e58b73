{#
  Run the one check of a generic test, remember it to be recorded, and write a query that holds what it found. It is recorded under
  the test's name, so that nobody takes it for a whole check of the model, and asks for no labels.

  name      the test's, for errors
  settings  the test's
  relation  what is tested: a relation; or, with `where`, a query in parentheses with its alias
  check     the check's name in results_query
#}
{% macro _recorded_test(name, settings, relation, check) %}
    {#- Bins would take as long as the rest. -#}
    {%- do settings.update({'only': check, 'bins': false}) -%}
    {%- set entry = driftql._run_check(settings, relation, model['name'], driftql._tested_node().get('unique_id'), false) -%}
    {#- What is missing altogether is an error. -#}
    {%- do driftql._test_results(name, check, entry['resolved']) -%}
    {%- do entry.update({'queues': false}) -%}
    {%- do driftql._remember(entry) -%}
    {%- set columns = dict(driftql._query_columns('drift_check')) -%}
    {%- do columns.pop('is_flagged') -%}
    {%- set class_name = none -%}
    {%- if check == 'reject_rate_increase' -%}
        {%- set class_name = entry['resolved']['reject_label'] -%}
    {%- elif check == 'class_shift' and entry['report']['class_shift'] -%}
        {%- set class_name = entry['report']['class_shift']['shifted_classes'] | first -%}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for finding in entry['findings'] -%}
        {%- do queries.append(driftql._constant_row(columns, dict(
            finding, severity=finding['severity'] or 'not computed', feature=class_name or finding['feature']
        ))) -%}
    {%- endfor -%}
    {%- if not queries -%}
        {%- set nothing = '(select * from (' ~ driftql._constant_row(columns, {}) ~ ') as no_finding where 1 = 0)' -%}
    {%- endif -%}
    {{ return('select * from ' ~ (driftql._union_queries(queries) if queries else nothing) ~ ' as findings') }}
{% endmacro %}


{# Return whether dbt runs a generic test now, on rows that are all there; otherwise it only writes the test's SQL. #}
{% macro _runs_test(settings) %}
    {{ return(flags.WHICH in ('test', 'build', 'retry') and not driftql._why_not_checked(settings)) }}
{% endmacro %}

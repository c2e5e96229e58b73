{#
  Run the one check of a generic test, to be recorded: what _run_check returns. It is recorded under the test's name, so that nobody
  takes it for a whole check of the model, and asks for no labels.

  settings  the test's
  relation  what is tested: a relation; or, with `where`, a query in parentheses with its alias
  check     the check's name in results_query
#}
{% macro _run_one_check(settings, relation, check) %}
    {#- Bins would take as long as the rest. -#}
    {%- do settings.update({'only': check, 'bins': false}) -%}
    {%- set entry = driftql._run_check(settings, relation, model['name'], driftql._tested_node().get('unique_id'), false) -%}
    {%- do entry.update({'queues': false}) -%}
    {{ return(entry) }}
{% endmacro %}

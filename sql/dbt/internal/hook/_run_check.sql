{#
  Check a relation, and return what was found: a dictionary of `settings`, `monitor`, `node_id`, `moment`, `resolved` (see
  _resolve_check), `report`, `findings` (see _make_report), `records` and `queues` (whether the run is to be recorded, and
  rows are to be queued).

  relation  a relation; or, in a generic test with `where`, a query in parentheses with its alias
  node_id   dbt's id of the model or the source, or none
  settings  may hold `only`, the name of one check: then nothing else is judged
  may_skip  whether `at_most` and `skip_unchanged` count; where they say that nothing is checked, none is returned
#}
{% macro _run_check(settings, relation, monitor, node_id, may_skip) %}
    {%- set moment = modules.datetime.datetime.now(modules.pytz.utc).replace(tzinfo=none) -%}
    {%- set hash = local_md5(invocation_id ~ monitor ~ relation ~ moment) -%}
    {%- set run_id = [hash[:8], hash[8:12], hash[12:16], hash[16:20], hash[20:]] | join('-') -%}
    {%- set statements = [] -%}
    {%- set resolved = driftql._resolve_check(settings, relation, statements) -%}
    {%- set reason = driftql._why_not_again(settings, resolved, monitor, moment) if may_skip else '' -%}
    {%- if reason -%}
        {%- do log('driftql: ' ~ monitor ~ ': not checked: ' ~ reason, info=true) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set made = driftql._make_report(settings, resolved, monitor, run_id, moment, statements) -%}
    {%- set layout = resolved['layout'] -%}
    {%- set can_queue = layout['row_id'] or (layout['user'] is not none and layout['bucket_start'] is not none) -%}
    {{ return({
        'settings': settings,
        'monitor': monitor,
        'node_id': node_id,
        'moment': moment,
        'resolved': resolved,
        'report': made['report'],
        'findings': made['findings'],
        'records': settings['history']['enabled'],
        'queues': settings['queue']['enabled'] and can_queue and made['report']['alerts'] | length > 0,
        'needs_success': false
    }) }}
{% endmacro %}

{#
  Write the query of the generic test of the columns: one row where some differ, with the columns of _drift_test's.

  model  a relation; or, with `where`, a query in parentheses with its alias
  given  list of dictionaries of options, the strongest last
#}
{% macro _schema_test(name, model, given) %}
    {%- if not execute -%}
        {{ return('select 1 as not_compiled') }}
    {%- endif -%}
    {%- set settings = driftql._merge_test_settings(name, given) -%}
    {%- if not driftql._is_enabled(settings) or driftql._is_not_built(model, settings) -%}
        {{ return('select * from ' ~ driftql._empty_query('drift_check') ~ ' as not_checked') }}
    {%- elif settings['reference']['relation'] is none -%}
        {{ driftql._raise_error(
            name ~ ": a relation has the same columns in both windows; name another one, such as "
            ~ "reference: {relation: ref('baseline')}"
        ) }}
    {%- endif -%}
    {#- Rows do not matter, so neither do windows of time. -#}
    {%- for role in ('reference', 'current') -%}
        {%- do settings[role].update({'last': none, 'during': none, 'start': none, 'end': none, 'filter': none, 'whole': true}) -%}
    {%- endfor -%}
    {%- set changes = driftql._resolve_check(settings, model, none)['layout']['changes'] -%}
    {%- set lost = driftql._count_lost(changes) -%}
    {%- set columns = driftql._query_columns('drift_check') -%}
    {%- do columns.pop('is_flagged') -%}
    {%- set finding = {} if lost is none else {
        'check_name': 'schema_change', 'effect': lost, 'severity': 'critical' if lost else 'warning',
        'reason': driftql._describe_changes(changes)
    } -%}
    {{ return(
        'select * from (' ~ driftql._constant_row(columns, finding) ~ ') as findings where '
        ~ ('1 = 0' if lost is none or flags.EMPTY else '1 = 1')
    ) }}
{% endmacro %}

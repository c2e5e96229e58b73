{#
  Turn the arguments of a macro that writes a query into what _resolve_check returns. Return none where a relation does not
  exist yet and dbt only parses or compiles.

  name                                   the macro's, for errors
  reference_relation, current_relation   two relations, or one that holds the rows of both windows
  given                                  options and their values
#}
{% macro _resolve_query(name, reference_relation, current_relation, given) %}
    {%- if not execute -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set options = dict(given) -%}
    {%- set current = current_relation -%}
    {#- Two relations that the arguments name are compared whole; a relation beside its usual reference is not. -#}
    {%- set reference = given['reference'] -%}
    {%- set named = [reference_relation, current_relation] | reject('none') | list -%}
    {%- do named.append('current') if driftql._is_relation(given['current']) -%}
    {%- do named.append('reference') if driftql._is_relation(reference) or (reference or {}).get('relation') -%}
    {%- if driftql._is_relation(given['current']) -%}
        {%- set current = given['current'] -%}
        {%- do options.update({'current': none}) -%}
    {%- endif -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars() + [[name, options]]) -%}
    {%- if current is none -%}
        {%- set current = reference_relation -%}
    {%- elif reference_relation is not none -%}
        {%- do settings['reference'].update({'relation': reference_relation}) -%}
    {%- endif -%}
    {%- do settings['current'].update({'whole': true}) if named | length > 1 -%}
    {%- if current is none -%}
        {{ driftql._raise_error(
            name ~ ": there is no relation; write two, as in driftql." ~ name ~ "(ref('january'), ref('february')), "
            ~ "or one that holds the rows of both windows"
        ) }}
    {%- endif -%}
    {%- set reference = settings['reference']['relation'] -%}
    {%- set current = driftql._find_relation(current, name) -%}
    {%- if current is none or (reference is not none and driftql._find_relation(reference, name) is none) -%}
        {{ return(none) }}
    {%- endif -%}
    {#- A query of named features is about these alone; a whole check, about the scores as well. -#}
    {%- do settings.update({'with_scores': name == 'drift_check' or settings['features'] == 'auto'}) -%}
    {{ return(driftql._resolve_check(settings, current, none)) }}
{% endmacro %}

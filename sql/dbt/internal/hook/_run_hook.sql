{#
  Check the model whose hook this is, remember what is to be recorded, and say what was found. In an operation there is no model.

  name    the public macro's, for errors
  given   options and their values
#}
{% macro _run_hook(name, given) %}
    {%- if not execute -%}
        {{ return('') }}
    {%- elif this is not defined or this is none -%}
        {{ return(driftql._run_operation(name, given)) }}
    {%- endif -%}
    {%- set settings = driftql._merge_settings(driftql._read_vars() + [
        ["meta: driftql of " ~ this.identifier, driftql._read_meta(model)],
        [name ~ " of " ~ this.identifier, given]
    ]) -%}
    {%- set monitor = settings['monitor'] or model['name'] -%}
    {%- set reason = driftql._why_not_checked(settings) -%}
    {%- if reason -%}
        {%- do log('driftql: ' ~ monitor ~ ': not checked: ' ~ reason, info=true) -%}
        {{ return('') }}
    {%- endif -%}
    {%- set entry = driftql._run_check(settings, this, monitor, model['unique_id'], true) -%}
    {%- if entry is none -%}
        {{ return('') }}
    {%- endif -%}
    {#- What the model's transaction undoes is not recorded. -#}
    {%- do entry.update({'needs_success': not driftql._runs_after_commit()}) -%}
    {%- do driftql._remember(entry) -%}
    {%- do driftql._announce(entry, settings['on_drift'], settings['on_not_computed']) -%}
    {{ return('') }}
{% endmacro %}

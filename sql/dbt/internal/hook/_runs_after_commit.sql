{# Return whether this hook runs after the model's transaction. Nothing but the hooks' own settings says so. #}
{% macro _runs_after_commit() %}
    {%- set hooks = model['config'].get('post-hook') or model['config'].get('post_hook') or [] -%}
    {%- set own = [] -%}
    {%- for hook in hooks if 'record_drift' in hook['sql'] or 'drift_check' in hook['sql'] -%}
        {%- do own.append(hook) -%}
    {%- endfor -%}
    {%- set kinds = [] -%}
    {%- for hook in own or hooks -%}
        {%- set kind = hook['transaction'] | default(true) -%}
        {%- do kinds.append(kind) if kind not in kinds -%}
    {%- endfor -%}
    {%- if kinds | length > 1 -%}
        {{ driftql._raise_error(
            "some drift hooks of " ~ this.identifier ~ " run in the model's transaction and some after it; give all of them the "
            ~ "same 'transaction'"
        ) }}
    {%- endif -%}
    {{ return(kinds == [false]) }}
{% endmacro %}

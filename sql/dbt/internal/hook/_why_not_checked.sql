{# Return why nothing is checked in this run, or '': the check is switched off, or the model does not hold all of its rows. #}
{% macro _why_not_checked(settings) %}
    {%- if not driftql._is_enabled(settings) -%}
        {{ return('it is switched off (enabled, driftql_enabled)') }}
    {%- elif flags.EMPTY -%}
        {{ return('dbt builds without rows (--empty)') }}
    {%- elif invocation_args_dict.get('sample') -%}
        {{ return('dbt builds from a sample of the rows (--sample)') }}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}

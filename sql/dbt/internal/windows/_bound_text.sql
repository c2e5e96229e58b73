{# Write a moment in UTC as time_bound takes it for a kind of column; a column without a zone holds local times. #}
{% macro _bound_text(moment, kind, zone) %}
    {%- set form = '%Y-%m-%d %H:%M:%S.%f' -%}
    {%- if kind == 'date' -%}
        {{ return(driftql._next_midnight(driftql._to_local(moment, zone)).strftime('%Y-%m-%d')) }}
    {%- elif kind == 'timestamptz' -%}
        {{ return(moment.strftime(form) ~ '+00:00') }}
    {%- elif kind == 'timestamp' -%}
        {{ return(driftql._to_local(moment, zone).strftime(form)) }}
    {%- endif -%}
    {{ return(moment.strftime(form)) }}
{% endmacro %}

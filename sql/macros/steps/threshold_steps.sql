{#
  The step `thresholds`: one row with the settings that the later steps read, at the top of the query, where an analyst can
  change them. A list of steps for driftql.query.

  settings  SQL fragments by name; see check_query
  names     which of them to list
#}
{% macro threshold_steps(settings, names) %}
    {{ return(adapter.dispatch('threshold_steps', 'driftql')(settings, names)) }}
{% endmacro %}

{% macro default__threshold_steps(settings, names) %}
{%- set body %}
    select
{%- for name in names %}
{%- if name == 'reject_label' %}
        {{ driftql.as_text(settings[name]) }} as {{ name }}
{%- else %}
        {{ driftql.as_double(settings[name]) }} as {{ name }}
{%- endif %}
{{- ',' if not loop.last }}
{%- endfor %}
{%- endset -%}
    {{ return([['thresholds', 'the settings of the check', body, 0]]) }}
{% endmacro %}

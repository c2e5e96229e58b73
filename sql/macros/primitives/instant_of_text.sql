{#
  ISO text as an instant; text that names no offset is read in the session's zone, which is UTC.
#}
{% macro instant_of_text(value) %}
    {{ return(adapter.dispatch('instant_of_text', 'driftql')(value)) }}
{% endmacro %}

{% macro default__instant_of_text(value) -%}
cast({{ value }} as timestamp with time zone)
{%- endmacro %}

{# TIMESTAMP is the type of an instant there, and the only name of it. https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast_as_timestamp #}
{% macro bigquery__instant_of_text(value) -%}
cast({{ value }} as timestamp)
{%- endmacro %}

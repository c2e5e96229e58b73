{#
  The id of a row as text, from the list `values` of the columns that make it. One column is its own text. Of several each
  % becomes %25 and each | becomes %7C, and | joins them, so that different ids have different texts:

    flight     leg    key
    UA|1       2      UA%7C1|2
    UA         1|2    UA|1%7C2

  NULL where a column is NULL.
#}
{% macro row_key(values) %}
    {{ return(adapter.dispatch('row_key', 'driftql')(values)) }}
{% endmacro %}

{% macro default__row_key(values) -%}
{%- if values | length == 1 -%}
{{ driftql.as_text(values[0]) }}
{%- else -%}
{%- for value in values -%}
replace(replace({{ driftql.as_text(value) }}, '%', '%25'), '|', '%7C'){{ " || '|' || " if not loop.last }}
{%- endfor -%}
{%- endif -%}
{%- endmacro %}

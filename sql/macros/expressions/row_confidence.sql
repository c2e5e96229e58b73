{#
  The row's confidence: its confidence column where there is one (`confidence` is not ''), else the largest class
  probability. NaN and infinities become NULL.
#}
{% macro row_confidence(confidence, probabilities, is_list) %}
    {{ return(adapter.dispatch('row_confidence', 'driftql')(confidence, probabilities, is_list)) }}
{% endmacro %}

{% macro default__row_confidence(confidence, probabilities, is_list) -%}
{%- set doubles = driftql.class_probabilities(probabilities, is_list) -%}
{%- if confidence -%}
case when {{ driftql.is_finite(driftql.as_double(confidence), 1) }} then {{ driftql.as_double(confidence) }} end
{%- elif not probabilities -%}
{{ driftql.as_double('null') }}
{%- elif is_list -%}
case when {{ driftql.row_is_complete(doubles, is_list) }} then {{ driftql.as_double(driftql.array_max(probabilities[0])) }} end
{%- else -%}
case when {{ driftql.row_is_complete(doubles, is_list) }} then greatest({{ doubles | join(', ') }}) end
{%- endif -%}
{%- endmacro %}

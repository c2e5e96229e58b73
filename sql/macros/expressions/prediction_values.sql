{#
  A select of each row's label as text and its class probabilities as doubles, each cast and named once: see prediction_names.

  is_current     0 for the reference window, 1 for the current one
  label          the label column, or 'null'
  probabilities  list of columns, one per class, or the one of the positive class, or with is_list = 1 the one list column; may be
                 empty
#}
{% macro prediction_values(source, is_current, label, probabilities, is_list) %}
    {{ return(adapter.dispatch('prediction_values', 'driftql')(source, is_current, label, probabilities, is_list)) }}
{% endmacro %}

{% macro default__prediction_values(source, is_current, label, probabilities, is_list) %}
{%- set names = driftql.prediction_names(probabilities, is_list) %}
    select {{ is_current }} as is_current, {{ driftql.as_text(label) }} as label
{%- for p in driftql.class_probabilities(probabilities, is_list) %},
        {{ p }} as {{ names[loop.index0] }}
{%- endfor %}
    from {{ source }} as {{ 'current_window' if is_current else 'reference_window' }}
{%- endmacro %}

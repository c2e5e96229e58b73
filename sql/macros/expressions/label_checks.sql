{#
  Which checks of the labels there are columns for, as a list of their names.
#}
{% macro label_checks(label, probabilities) %}
    {{ return(adapter.dispatch('label_checks', 'driftql')(label, probabilities)) }}
{% endmacro %}

{% macro default__label_checks(label, probabilities) %}
    {{ return(
        (['reject_rate_increase'] if label != 'null' else []) + (['entropy_spike'] if probabilities else [])
        + (['class_shift', 'new_category'] if label != 'null' else [])
    ) }}
{% endmacro %}

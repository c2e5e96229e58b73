{#
  One class's part of the entropy, p * ln(p), where p, a double, is raised to at least `floor`.
#}
{% macro probability_term(p, floor) %}
    {{ return(adapter.dispatch('probability_term', 'driftql')(p, floor)) }}
{% endmacro %}

{% macro default__probability_term(p, floor) -%}
case when {{ p }} > {{ floor }} then {{ p }} * ln({{ p }}) else {{ floor }} * ln({{ floor }}) end
{%- endmacro %}

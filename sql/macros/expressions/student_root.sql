{#
  The first step of student_deviate: sqrt((df - 1/2) * ln(1 + t * t / df)), with the sign of t.

  `t` and `df` are doubles.
#}
{% macro student_root(t, df) %}
    {{ return(adapter.dispatch('student_root', 'driftql')(t, df)) }}
{% endmacro %}

{% macro default__student_root(t, df) -%}
sign({{ t }}) * sqrt(({{ df }} - 5e-1) * ln(1 + {{ t }} * {{ t }} / {{ df }}))
{%- endmacro %}

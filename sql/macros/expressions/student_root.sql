{#
  The first step of student_deviate: sqrt((df - 1/2) * ln(1 + t * t / df)), with the sign of t.

  `t` and `df` are doubles. Where t * t / df is small, 1 + it would lose its digits, so its logarithm is a series.
#}
{% macro student_root(t, df) %}
    {{ return(adapter.dispatch('student_root', 'driftql')(t, df)) }}
{% endmacro %}

{% macro default__student_root(t, df) -%}
{%- set u = '(' ~ t ~ ' * ' ~ t ~ ' / ' ~ df ~ ')' -%}
sign({{ t }}) * sqrt(({{ df }} - 5e-1) * case
            when {{ u }} < 1e-3 then {{ u }} * (1 - {{ u }} * (5e-1 - {{ u }} * (1 / 3e0 - {{ u }} * (2.5e-1 - {{ u }} / 5))))
            else ln(1 + {{ u }})
        end)
{%- endmacro %}

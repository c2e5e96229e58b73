{#
  The first step of student_deviate: sqrt((df - 1/2) * ln(1 + u)) with u = t * t / df, and with the sign of t.

  `t`, `u` and `df` are doubles. Where u is small, 1 + u would lose its digits, so its logarithm is a series.
#}
{% macro student_root(t, u, df) %}
    {{ return(adapter.dispatch('student_root', 'driftql')(t, u, df)) }}
{% endmacro %}

{% macro default__student_root(t, u, df) -%}
sign({{ t }}) * sqrt(({{ df }} - 5e-1) * case
            when {{ u }} < 1e-3 then {{ u }} * (1 - {{ u }} * (5e-1 - {{ u }} * (1 / 3e0 - {{ u }} * (2.5e-1 - {{ u }} / 5))))
            else ln(1 + {{ u }})
        end)
{%- endmacro %}

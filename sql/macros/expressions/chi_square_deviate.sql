{#
  The normal deviate that a chi-square variable's tail is made from: sqrt(x) up to 30 degrees of freedom; above, the one that
  leads Temme's expansion, with l = x / df: sqrt(df * (l - 1 - ln(l))), with the sign of l - 1. See chi_square_tail.

  `x` and `df` are doubles.
#}
{% macro chi_square_deviate(x, df) %}
    {{ return(adapter.dispatch('chi_square_deviate', 'driftql')(x, df)) }}
{% endmacro %}

{% macro default__chi_square_deviate(x, df) -%}
case
            when {{ df }} < 1 then null when {{ df }} <= 30 then sqrt({{ x }})
            when {{ x }} / {{ df }} < 1e-9 then -37
            else sign({{ x }} - {{ df }}) * sqrt({{ df }} * abs({{ x }} / {{ df }} - 1 - ln({{ x }} / {{ df }})))
        end
{%- endmacro %}

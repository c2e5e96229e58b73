{#
  Natural logarithm of x factorial, where x is a whole number, 0 or more, held as a double.

  Stirling's series (Abramowitz and Stegun 1964, 6.1.41) at x + 5, less the four factors that lie between; its error is below
  3e-7. The text of x is repeated in it many times, so pass a column, not an expression.

  log_factorial('x')  ->  x = 0: 0.0000003,  5: 4.787492 (the logarithm of 120)
#}
{% macro log_factorial(x) %}
    {{ return(adapter.dispatch('log_factorial', 'driftql')(x)) }}
{% endmacro %}

{% macro default__log_factorial(x) -%}
(({{ x }} + 4.5e0) * ln({{ x }} + 5) - {{ x }} - 4.0810614667953273e0
            + (8.33333333333e-2 - 2.77777777778e-3 / (({{ x }} + 5) * ({{ x }} + 5))) / ({{ x }} + 5)
            - ln(({{ x }} + 1) * ({{ x }} + 2) * ({{ x }} + 3) * ({{ x }} + 4)))
{%- endmacro %}

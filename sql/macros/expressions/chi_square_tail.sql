{#
  The probability that a chi-square variable with df degrees of freedom exceeds x.

  deviate  chi_square_deviate(x, df)
  tail     normal_tail of it
  odd      df - 2 * floor(df / 2)
  eta      deviate / sqrt(df / 2)
  mu       x / df - 1

  Up to 30 degrees it is a finite sum, exact but for rounding, and an odd number of them adds twice the normal tail. Above it
  is the uniform expansion of Temme (1979), SIAM Journal on Mathematical Analysis 10(4), to two terms, with a relative error
  below 2e-5. All arguments are doubles and stand in it many times: pass columns of earlier steps. Below 1e-260 it is 0.

  chi_square_tail('x', 'df', ...)  ->  x = 3.841, df = 1: 0.0500135,  x = 16.919, df = 9: 0.0499998
#}
{% macro chi_square_tail(x, df, deviate, tail, odd, eta, mu) %}
    {{ return(adapter.dispatch('chi_square_tail', 'driftql')(x, df, deviate, tail, odd, eta, mu)) }}
{% endmacro %}

{% macro default__chi_square_tail(x, df, deviate, tail, odd, eta, mu) -%}
case
            when {{ df }} < 1 or {{ x }} <= 0 then 1 when {{ df }} <= 30 and {{ x }} > 1350 then 0
            when {{ df }} <= 30 then case when {{ odd }} = 1 then 2 * {{ tail }} else 0 end
            + case when {{ df }} < 2 then 0 else exp(- {{ x }} / 2)
            * case when {{ odd }} = 1 then sqrt(2 * {{ x }} / 3.1415926535897931e0) else 1 end * (1
            {%- for group in range(1, 15) | batch(2) %}
            {% for k in group %}+ case when {{ df }} < {{ 2 * k + 2 }} then 0 else {{ x }} / ({{ 2 * k }} + {{ odd }}) * (1{{ ' ' if not loop.last }}{% endfor %}
            {%- endfor %}
            {{ (') end' * 15) }}
            when {{ deviate }} > 35 then 0
            else {{ tail }} + exp(- {{ deviate }} * {{ deviate }} / 2) / sqrt(3.1415926535897931e0 * {{ df }}) * case
            when abs({{ eta }}) < 2e-2 then -1 / 3e0 + {{ eta }} / 12 - 2 * {{ eta }} * {{ eta }} / 135 + (-1 / 5.4e2 - {{ eta }} / 288) * 2 / {{ df }}
            else 1 / {{ mu }} - 1 / {{ eta }} + (1 / ({{ eta }} * {{ eta }} * {{ eta }}) - 1 / ({{ mu }} * {{ mu }} * {{ mu }})
            - 1 / ({{ mu }} * {{ mu }}) - 1 / (12 * {{ mu }})) * 2 / {{ df }} end
        end
{%- endmacro %}

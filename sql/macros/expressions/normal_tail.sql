{#
  The probability that a standard normal variable exceeds z, where t = 1 - 10 / (|z| + 5).

  exp(- z * z / 2) times a polynomial of t = (|z| - 5) / (|z| + 5), fitted to SciPy's erfcx on Chebyshev points of z = 0 to 40;
  its relative error is below 1e-13. Beyond z = 37 the probability is below 1e-299 and given as 0. Both arguments stand in it
  many times: pass columns.

  normal_tail('z', 't')  ->  z = 0: 0.5,  1.96: 0.0249979,  -1.96: 0.9750021
#}
{% macro normal_tail(z, t) %}
    {{ return(adapter.dispatch('normal_tail', 'driftql')(z, t)) }}
{% endmacro %}

{% macro default__normal_tail(z, t) -%}
{%- set coefficients = [
    '7.6919304975006722e-2', '-1.4345755526399723e-1', '1.1606881188592039e-1', '-8.0883877265270215e-2', '4.7855352287807511e-2',
    '-2.3413900462155954e-2', '8.9913704916727653e-3', '-2.3788446225079815e-3', '2.1955119546307483e-4', '1.3427839662330339e-4',
    '-6.0429406495054583e-5', '9.5575192080068616e-7', '6.6489347421407176e-6', '-1.2575410060939854e-6', '-6.8059977212561246e-7',
    '2.2573488971450943e-7', '7.9326886579751188e-8', '-2.4785566695247639e-8', '-9.1482994445597197e-9'
] -%}
case
            when {{ z }} > 37 then 0 when {{ z }} < -37 then 1
            else abs(case when {{ z }} < 0 then 1 else 0 end - exp(- {{ z }} * {{ z }} / 2) * (
            {% for coefficient in coefficients -%}
            {{ coefficient }}
            {%- if not loop.last %} + {{ t }} *{{ ' (' if loop.index < 18 }}
            {%- if loop.index is divisibleby 3 %}
            {% endif %}{% endif %}
            {%- endfor %}{{ ')' * 17 }}))
        end
{%- endmacro %}

{#
  The probability that Kolmogorov's limiting distribution exceeds z, to 1e-12: his alternating series, and for small z
  its transform, because each converges where the other does not. From z = 3 on, the first term is all that counts; from 18 on,
  the probability is below 1e-281 and given as 0.
  `z` stands in it many times: pass a column.

  kolmogorov_tail('z')  ->  z = 0.5: 0.9639452,  1: 0.2699997,  1.358: 0.0500501
#}
{% macro kolmogorov_tail(z) %}
    {{ return(adapter.dispatch('kolmogorov_tail', 'driftql')(z)) }}
{% endmacro %}

{% macro default__kolmogorov_tail(z) -%}
{%- set square = z ~ ' * ' ~ z -%}
case
            when {{ z }} < 2e-1 then 1 when {{ z }} > 18 then 0 when {{ z }} > 3 then 2 * exp(-2 * {{ square }})
            when {{ z }} < 8e-1 then 1 - 2.5066282746310002e0 / {{ z }}
            * (exp(-1.2337005501361697e0 / ({{ square }})) + exp(-1.1103304951225528e1 / ({{ square }})))
            else 2 * (exp(-2 * {{ square }}) - exp(-8 * {{ square }}) + exp(-18 * {{ square }})
            - exp(-32 * {{ square }}) + exp(-50 * {{ square }}))
        end
{%- endmacro %}

{#
  The probability that Kolmogorov's limiting distribution exceeds z, to 1e-12: his alternating series, and for small z
  its transform, since each converges where the other does not. `z` stands in it many times: pass a column.

  kolmogorov_tail('z')  ->  z = 0.5: 0.9639452,  1: 0.2699997,  1.358: 0.0500501
#}
{% macro kolmogorov_tail(z) %}
    {{ return(adapter.dispatch('kolmogorov_tail', 'driftql')(z)) }}
{% endmacro %}

{% macro default__kolmogorov_tail(z) -%}
case
            when {{ z }} < 2e-1 then 1
            when {{ z }} < 8e-1 then 1 - 2.5066282746310002e0 / {{ z }}
                * (exp(-1.2337005501361697e0 / ({{ z }} * {{ z }})) + exp(-1.1103304951225528e1 / ({{ z }} * {{ z }})))
            else 2 * (
                {%- for k in [1, 2, 3, 4, 5] %}
                {{ '- ' if k is divisibleby 2 else '+ ' if not loop.first }}{{ driftql.exp_of(-2 * k * k ~ ' * ' ~ z ~ ' * ' ~ z) }}
                {%- endfor %}
            )
        end
{%- endmacro %}

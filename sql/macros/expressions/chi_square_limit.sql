{#
  What a chi-square variable with df degrees of freedom exceeds with a probability of 5 %: from a table up to 9 degrees,
  above by the cube of Wilson and Hilferty (1931), Proceedings of the National Academy of Sciences 17, to 1 part in 1,000.
#}
{% macro chi_square_limit(df) %}
    {{ return(adapter.dispatch('chi_square_limit', 'driftql')(df)) }}
{% endmacro %}

{% macro default__chi_square_limit(df) -%}
{%- set root = '(1 - 2 / (9 * ' ~ df ~ ') + 1.6448536269514722e0 * sqrt(2 / (9 * ' ~ df ~ ')))' -%}
case
            when {{ df }} < 1 then 0
            when {{ df }} = 1 then 3.8414588206941236e0
            when {{ df }} = 2 then 5.9914645471079799e0
            when {{ df }} = 3 then 7.8147279032511774e0
            when {{ df }} = 4 then 9.4877290367811540e0
            when {{ df }} = 5 then 1.1070497693516351e1
            when {{ df }} = 6 then 1.2591587243743977e1
            when {{ df }} = 7 then 1.4067140449340169e1
            when {{ df }} = 8 then 1.5507313055865450e1
            when {{ df }} = 9 then 1.6918977604620448e1
            else {{ df }} * {{ root }}
            * {{ root }}
            * {{ root }}
        end
{%- endmacro %}

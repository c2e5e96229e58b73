{#
  A step function of `argument`, a number: the value of the last step that it reaches, NULL below the first.
  `steps` is a list of [from, value], in ascending order of `from`.

  step_value('user_rows', [[5, 2.0], [50, 0.7]])  ->  3: NULL,  5: 2.0,  49: 2.0,  50: 0.7
#}
{% macro step_value(argument, steps) %}
    {{ return(adapter.dispatch('step_value', 'driftql')(argument, steps)) }}
{% endmacro %}

{% macro default__step_value(argument, steps) -%}
case
{%- for from, value in steps | reverse %}
            when {{ argument }} >= {{ from }} then {{ value }}
{%- endfor %}
        end
{%- endmacro %}

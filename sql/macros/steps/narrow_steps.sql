{#
  The features of both windows and nothing else, as value_1, value_2, ...: for statements that name a window once per feature.
  A list of steps for driftql.query.

  features  list whose parts begin with [number, value]

  Steps: reference_values and current_values.
#}
{% macro narrow_steps(ref, cur, features) %}
    {{ return(adapter.dispatch('narrow_steps', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__narrow_steps(ref, cur, features) %}
{%- set steps = [] -%}
{%- for source in [ref, cur] -%}
{%- set role = 'reference' if loop.first else 'current' -%}
{%- set body %}
    select
{%- for feature in features %}
        {{ feature[1] }} as value_{{ feature[0] }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as {{ role }}_window
{%- endset -%}
{%- do steps.append([role ~ '_values', 'the features of the ' ~ role ~ ' window', body, 0]) -%}
{%- endfor %}
    {{ return(steps) }}
{% endmacro %}

{#
  The exponential function for arguments that may be far below zero, where it is 0: PostgreSQL raises an error there.
#}
{% macro exp_of(value) %}
    {{ return(adapter.dispatch('exp_of', 'driftql')(value)) }}
{% endmacro %}

{% macro default__exp_of(value) -%}
case when {{ value }} > -700 then exp({{ value }}) else 0 end
{%- endmacro %}

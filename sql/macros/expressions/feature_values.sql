{#
  A select of a window's features as doubles: value_1, value_2, ..., each cast and named once.

  role      the name that the window has in the query: reference_window or current_window
  features  list of [name, value, is_float]
#}
{% macro feature_values(source, role, features) %}
    {{ return(adapter.dispatch('feature_values', 'driftql')(source, role, features)) }}
{% endmacro %}

{% macro default__feature_values(source, role, features) %}
    select
{%- for name, value, is_float in features %}
        {{ driftql.as_double(value) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as {{ role }}
{%- endmacro %}

{#
  How many rows of each window hold a value of each feature. A list of steps for driftql.query; value_steps come before it.

  features  list of [quoted name, value, is_float]

  The step presence has one row per feature: place, feature, ref_all and cur_all (rows of the windows), ref_present and
  cur_present (rows in which the feature is not NULL), as doubles.
#}
{% macro presence_steps(features) %}
    {{ return(adapter.dispatch('presence_steps', 'driftql')(features)) }}
{% endmacro %}

{% macro default__presence_steps(features) %}
{%- set numbers = range(1, features | length + 1) | list -%}
{%- set presence %}
    select
        place, feature,
{%- for prefix in ['ref', 'cur'] %}
        {{ prefix }}_count as {{ prefix }}_all,
        {% set present %}case place
            {%- for group in numbers | batch(2) %}
            {%- for i in group %} when {{ i }} then {{ prefix }}_count_{{ i }}{% endfor %}{{ '\n           ' if not loop.last }}
            {%- endfor %} end
        {%- endset %}
        {{- present }} as {{ prefix }}_present{{ ',' if not loop.last }}
{%- endfor %}
    from features
{%- for prefix in ['ref', 'cur'] %}
    cross join (
        select count(*) as {{ prefix }}_count,
            {%- for group in numbers | batch(2) %}
            {%- for i in group %} count(value_{{ i }}) as {{ prefix }}_count_{{ i }}{{ ',' if i < numbers | length }}{% endfor %}{{ '\n           ' if not loop.last }}
            {%- endfor %}
        from {{ 'reference_values' if loop.first else 'current_values' }}
    ) as {{ prefix }}_counts
{%- endfor %}
{%- endset -%}
    {{ return([['presence', 'how many rows each window has, and how many of them hold a value', presence, 0]]) }}
{% endmacro %}

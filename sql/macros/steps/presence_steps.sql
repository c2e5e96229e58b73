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
{%- set counts %}
    select
{%- for prefix in ['ref', 'cur'] %}
        count(case when is_current = {{ loop.index0 }} then 1 end) as {{ prefix }}_all,
{%- set side, is_last_side = loop.index0, loop.last %}
{%- for feature in features %}
        count(case when is_current = {{ side }} then value_{{ loop.index }} end) as {{ prefix }}_{{ loop.index }}
        {{- ',' if not (is_last_side and loop.last) }}
{%- endfor %}
{%- endfor %}
    from window_rows
{%- endset -%}
{%- set presence %}
    select
        place, feature, ref_all, cur_all
{%- for prefix in ['ref', 'cur'] %},
        case place
{%- for group in features | batch(4) %}
{%- set done = loop.index0 * 4 %}
{{- '\n           ' if done }}
{%- for feature in group %} when {{ done + loop.index }} then {{ prefix }}_{{ done + loop.index }}{% endfor %}
{%- endfor %} end as {{ prefix }}_present
{%- endfor %}
    from features
    cross join present_rows
{%- endset %}
    {{ return([
        ['present_rows', 'how many rows each window has, and how many of them hold a value', counts, 0],
        ['presence', 'the same per feature', presence, 0]
    ]) }}
{% endmacro %}

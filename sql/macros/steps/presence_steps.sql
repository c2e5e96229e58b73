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
    select count(case is_current when 0 then 1 end) as ref_all, count(case is_current when 1 then 1 end) as cur_all
{%- for feature in features %}
{%- set value, number = 'value_' ~ loop.index, loop.index %},
        count(case is_current when 0 then {{ value }} end) as ref_{{ number }},
        count(case is_current when 1 then {{ value }} end) as cur_{{ number }}
{%- endfor %}
    from window_rows
{%- endset -%}
{%- set presence %}
    select place, feature, ref_all, cur_all
{%- for prefix in ['ref', 'cur'] %},
        case place
{%- for group in features | batch(4) %}
{%- set done = loop.index0 * 4 %}
{{- '\n           ' if done }}
{%- for feature in group %} when {{ done + loop.index }} then {{ prefix }}_{{ done + loop.index }}{% endfor %}
{%- endfor %} end as {{ prefix }}_present
{%- endfor %}
    from features cross join present_rows
{%- endset %}
    {{ return([
        ['present_rows', 'how many rows each window has, and how many of them hold a value', counts, 0],
        ['presence', 'the same per feature', presence, 0]
    ]) }}
{% endmacro %}

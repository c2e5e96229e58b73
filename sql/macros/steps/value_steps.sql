{#
  The features of both windows as numbers. A list of steps for driftql.query.

  features  list of [quoted name, value, is_float]

  Steps: features, one row per feature: place (its number), feature (its name); reference_values and current_values (value_1,
  value_2, ...: each feature cast and named once); window_values, one row per finite value: feature (the number), value,
  ref_rows and cur_rows (1 and 0 for a value of the reference, 0 and 1 for one of the current window).
#}
{% macro value_steps(ref, cur, features) %}
    {{ return(adapter.dispatch('value_steps', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__value_steps(ref, cur, features) %}
{%- set names %}
{%- for name, value, is_float in features %}
    select {{ loop.index }} as place, {{ driftql.as_text(name) }} as feature{{ ' union all' if not loop.last }}
{%- endfor %}
{%- endset -%}
{%- set numbered = [] -%}
{%- for name, value, is_float in features -%}
{%- do numbered.append([loop.index, value, is_float]) -%}
{%- endfor %}
    {{ return([
        ['features', 'the names of the features', names, 0],
        ['reference_values', 'the features of the reference window as numbers', driftql.feature_values(ref, 'reference_window', features), 0],
        ['current_values', 'those of the current window', driftql.feature_values(cur, 'current_window', features), 0],
        ['window_values', 'every finite value, and which window it is from', driftql.window_values('reference_values', 'current_values', numbered, 0, 0, 1), 0]
    ]) }}
{% endmacro %}

{#
  The features of both windows as numbers. A list of steps for driftql.query.

  features  list of [quoted name, value, is_float]

  Steps: features, one row per feature: place (its number), feature (its name); window_rows (is_current, 0 or 1, and value_1,
  value_2, ...: each feature cast and named once); window_values, one row per finite value: feature (the number), value,
  ref_rows and cur_rows (1 and 0 for a value of the reference, 0 and 1 for one of the current window).
#}
{% macro value_steps(ref, cur, features) %}
    {{ return(adapter.dispatch('value_steps', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__value_steps(ref, cur, features) %}
{%- set rows %}
{%- for source in [ref, cur] %}
    select {{ loop.index0 }} as is_current,
{%- for name, value, is_float in features %}
        {{ driftql.as_double(value) }} as value_{{ loop.index }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endset -%}
{%- set names %}
{%- for name, value, is_float in features %}
    select {{ loop.index }} as place, {{ driftql.as_text(name) }} as feature{{ ' union all' if not loop.last }}
{%- endfor %}
{%- endset %}
    {{ return([
        ['features', 'the names of the features', names, 0],
        ['window_rows', 'the features of both windows as numbers', rows, 0],
        ['window_values', 'every finite value, and which window it is from', driftql.long_values('window_rows', features), 0]
    ]) }}
{% endmacro %}

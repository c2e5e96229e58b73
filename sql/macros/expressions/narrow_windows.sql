{#
  Two common tables, reference_values and current_values, with nothing but the features, as value_1, value_2, ...: for
  statements that name a window once per feature. Empty where the engine reads whole rows: there the statements name each window once anyway.

  features  list whose parts begin with [number, value]
#}
{% macro narrow_windows(ref, cur, features) %}
    {{ return(adapter.dispatch('narrow_windows', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__narrow_windows(ref, cur, features) -%}
{%- for source in ([] if driftql.reads_rows() else [ref, cur]) %}
{{ 'reference_values' if loop.first else 'current_values' }} as (
    select
{%- for feature in features %}
        {{ feature[1] }} as value_{{ feature[0] }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
),
{%- endfor %}
{%- endmacro %}

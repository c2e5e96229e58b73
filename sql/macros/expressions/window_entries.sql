{#
  The finite values of several features in both windows, each with its bin: feature, bin, value, ref_row and cur_row (1 and
  0), as a query. Features as in feature_histogram.

  An engine that reads whole rows unnests arrays side by side, one entry per feature: one scan per window.
#}
{% macro window_entries(ref, cur, features) %}
    {{ return(adapter.dispatch('window_entries', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__window_entries(ref, cur, features) -%}
{%- if driftql.reads_rows() -%}
{%- for source in [ref, cur] %}
        select feature, bin, value, {{ driftql.as_double(1 if loop.first else 0) }} as ref_row, {{ driftql.as_double(0 if loop.first else 1) }} as cur_row
        from (
            select
                unnest(array[{% for feature in features %}{{ feature[0] }}{{ ', ' if not loop.last }}{% endfor %}]) as feature,
                unnest(array[
{%- for number, value, is_float, warp, terms in features %}
                    case when {{ driftql.is_finite(value, is_float) }} then {{ driftql.grid_bin(value, warp, terms) }} end{{ ',' if not loop.last }}
{%- endfor %}
                ]) as bin,
                unnest(array[
{%- for number, value, is_float, warp, terms in features %}
                    {{ driftql.as_double(value) }}{{ ',' if not loop.last }}
{%- endfor %}
                ]) as value
            from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
        ) as entries
        where bin is not null
{%- if not loop.last %}
        union all
{%- endif %}
{%- endfor %}
{%- else -%}
{%- for number, value, is_float, warp, terms in features %}
{%- set last = loop.last %}
{%- for source in [ref, cur] %}
        select {{ number }} as feature, {{ driftql.grid_bin(value, warp, terms) }} as bin, {{ driftql.as_double(value) }} as value, {{ driftql.as_double(1 if loop.first else 0) }} as ref_row, {{ driftql.as_double(0 if loop.first else 1) }} as cur_row
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
        where {{ driftql.is_finite(value, is_float) }}
{%- if not (last and loop.last) %}
        union all
{%- endif %}
{%- endfor %}
{%- endfor %}
{%- endif -%}
{%- endmacro %}

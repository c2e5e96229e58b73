{#
  The rows of each bin of several features in both windows: feature, bin, ref_rows, cur_rows, as a query. Arguments as in
  feature_histogram.

  An engine that reads whole rows unnests arrays side by side, one entry a feature: one scan a window.
#}
{% macro window_bins(ref, cur, features, narrow) %}
    {{ return(adapter.dispatch('window_bins', 'driftql')(ref, cur, features, narrow)) }}
{% endmacro %}

{% macro default__window_bins(ref, cur, features, narrow) -%}
{%- if driftql.reads_rows() -%}
{%- for source in [ref, cur] %}
    select feature, bin, {{ driftql.as_double('count(*)' if loop.first else '0') }} as ref_rows, {{ driftql.as_double('0' if loop.first else 'count(*)') }} as cur_rows
    from (
        select
            unnest(array[{% for feature in features %}{{ feature[0] }}{{ ', ' if not loop.last }}{% endfor %}]) as feature,
            unnest(array[
{%- for number, value, is_float, warp, terms in features %}
                case when {{ driftql.is_finite(value, is_float) }} then {{ driftql.grid_bin(value, warp, terms) }} end{{ ',' if not loop.last }}
{%- endfor %}
            ]) as bin
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
    ) as entries
    where bin is not null
    group by feature, bin
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- else -%}
{%- for number, value, is_float, warp, terms in features %}
{%- set last = loop.last %}
{%- set shown = 'value_' ~ number if narrow else value %}
{%- for source in (['reference_values', 'current_values'] if narrow else [ref, cur]) %}
    select {{ number }} as feature, bin, {{ driftql.as_double('count(*)' if loop.first else '0') }} as ref_rows, {{ driftql.as_double('0' if loop.first else 'count(*)') }} as cur_rows
    from (
        select {{ driftql.grid_bin(shown, warp, terms) }} as bin
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
        where {{ driftql.is_finite(shown, is_float) }}
    ) as binned
    group by bin
{%- if not (last and loop.last) %}
    union all
{%- endif %}
{%- endfor %}
{%- endfor %}
{%- endif -%}
{%- endmacro %}

{# A union reads the table once a branch; this reads it once. An array of numbers is the quickest to turn into rows, and one
   number the quickest to group by: the feature's and the bin's in one, for a bin is below 65,536.
   https://spark.apache.org/docs/latest/api/sql/index.html#explode #}
{% macro spark__window_bins(ref, cur, features, narrow) -%}
{%- for source in [ref, cur] %}
    select
        cell div 65536 as feature,
        cell % 65536 as bin,
        {{ driftql.as_double('count(*)' if loop.first else '0') }} as ref_rows,
        {{ driftql.as_double('0' if loop.first else 'count(*)') }} as cur_rows
    from (
        select explode(array(
{%- for number, value, is_float, warp, terms in features %}
            case when {{ driftql.is_finite(value, is_float) }} then {{ number * 65536 }} + {{ driftql.grid_bin(value, warp, terms) }} end{{ ',' if not loop.last }}
{%- endfor %}
        )) as cell
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
    ) as cells
    where cell is not null
    group by cell
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endmacro %}

{#
  The rows of each bin of several features in both windows: feature, bin, ref_rows, cur_rows, as a query. Arguments as in
  feature_histogram.

  An engine that reads whole rows unnests an array of one entry per feature: one scan per window. The entry is the feature's
  number and the bin's in one, because one number is quicker to group by than two; a bin is below 65,536.
#}
{% macro window_bins(ref, cur, features, narrow) %}
    {{ return(adapter.dispatch('window_bins', 'driftql')(ref, cur, features, narrow)) }}
{% endmacro %}

{% macro default__window_bins(ref, cur, features, narrow) -%}
{%- if driftql.reads_rows() -%}
{%- for source in [ref, cur] %}
    select
        cell / 65536 as feature,
        cell % 65536 as bin,
        {{ driftql.as_double('count(*)' if loop.first else '0') }} as ref_rows,
        {{ driftql.as_double('0' if loop.first else 'count(*)') }} as cur_rows
    from (
        select unnest(array[
{%- for number, value, is_float, warp, terms in features %}
            case when {{ driftql.is_finite(value, is_float) }} then {{ number * 65536 }} + {{ driftql.grid_bin(value, warp, terms) }} end{{ ',' if not loop.last }}
{%- endfor %}
        ]) as cell
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
    ) as cells
    where cell is not null
    group by cell
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

{# A union reads the table once a branch; this reads it once, as where whole rows are read, in Spark's words.
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

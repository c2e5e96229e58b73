{#
  The finite values of several features in both windows: feature (its number), value, ref_rows and cur_rows (1 and 0, or with
  `repeats` how often), as a query.

  features  list of [number, value, is_float]
  repeats   1 to count equal values here, 0 for one row per value
  narrow    1 where ref and cur name common tables with the columns value_1, value_2, ..., after the numbers: see narrow_steps

  An engine that reads whole rows unnests arrays side by side, with one entry per feature: one scan per window.
#}
{% macro window_values(ref, cur, features, as_double, repeats, narrow) %}
    {{ return(adapter.dispatch('window_values', 'driftql')(ref, cur, features, as_double, repeats, narrow)) }}
{% endmacro %}

{% macro default__window_values(ref, cur, features, as_double, repeats, narrow) -%}
{%- if driftql.reads_rows() -%}
{%- for source in [ref, cur] %}
    select
        feature,
        value,
        {{ (0 if not loop.first else 'count(*)' if repeats else 1) }} as ref_rows,
        {{ (0 if loop.first else 'count(*)' if repeats else 1) }} as cur_rows
    from (
        select
            unnest(array[{{ features | map('first') | join(', ') }}]) as feature,
            unnest(array[
{%- for number, value, is_float in features %}
{%- set own = 'value_' ~ number if narrow else value %}
                case when {{ driftql.is_finite(own, is_float) }} then {{ driftql.as_double(own) if as_double else own }} end{{ ',' if not loop.last }}
{%- endfor %}
            ]) as value
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
    ) as entries
    where value is not null
{%- if repeats %}
    group by feature, value
{%- endif %}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- else -%}
{%- for number, value, is_float in features %}
{%- set last = loop.last %}
{%- set own = 'value_' ~ number if narrow else value %}
{%- set shown = driftql.as_double(own) if as_double else own %}
{%- for source in [ref, cur] %}
    select {{ number }} as feature, {{ shown }} as value, {# -#}
    {{ (0 if not loop.first else 'count(*)' if repeats else 1) }} as ref_rows, {# -#}
    {{ (0 if loop.first else 'count(*)' if repeats else 1) }} as cur_rows
    from {{ source }}{{ (' as reference_window' if loop.first else ' as current_window') if not narrow }}
    {{- ' ' if narrow else '\n    ' }}where {{ driftql.is_finite(own, is_float) }}
{%- if repeats %}
    group by {{ shown }}
{%- endif %}
{%- if not (last and loop.last) %}{{ ' union all' if narrow else '\n    union all' }}{% endif %}
{%- endfor %}
{%- endfor %}
{%- endif -%}
{%- endmacro %}

{# A union reads the table once per branch; this reads it once, and an array of numbers is the quickest to turn into rows.
   https://spark.apache.org/docs/latest/api/sql/index.html#posexplode #}
{% macro spark__window_values(ref, cur, features, as_double, repeats, narrow) -%}
{%- for source in [ref, cur] %}
    select
        element_at(array({{ features | map('first') | join(', ') }}), place + 1) as feature,
        value,
        {{ 'count(*)' if loop.first else 0 }} as ref_rows,
        {{ 0 if loop.first else 'count(*)' }} as cur_rows
    from (
        select posexplode(array(
{%- for number, value, is_float in features %}
{%- set own = 'value_' ~ number if narrow else value %}
            case when {{ driftql.is_finite(own, is_float) }} then {{ driftql.as_double(own) if as_double else own }} end{{ ',' if not loop.last }}
{%- endfor %}
        )) as (place, value)
        from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
    ) as entries
    where value is not null
    group by place, value
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endmacro %}

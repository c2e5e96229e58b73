{#
  The finite values of several features as rows: feature (its number), value, ref_rows and cur_rows (1 and 0 for a value of the
  reference, 0 and 1 for one of the current window), as a query.

  source    a CTE with the columns is_current, value_1, value_2, ...
  features  list of [name, value, is_float], in the order of these columns

  An engine that reads whole rows unnests arrays side by side, with one entry per feature: one scan.
#}
{% macro long_values(source, features) %}
    {{ return(adapter.dispatch('long_values', 'driftql')(source, features)) }}
{% endmacro %}

{% macro default__long_values(source, features) %}
{%- if driftql.reads_rows() %}
    select feature, value, 1 - is_current as ref_rows, is_current as cur_rows
    from (
        select
            is_current, unnest(array[{{ range(1, features | length + 1) | join(', ') }}]) as feature, unnest(array[
{%- for name, value, is_float in features %}
{%- set own = 'value_' ~ loop.index %}
            case when {{ driftql.is_finite(own, is_float) }} then {{ own }} end{{ ',' if not loop.last }}
{%- endfor %}
            ]) as value
        from {{ source }}
    ) as entries
    where value is not null
{%- else %}
{%- for name, value, is_float in features %}
{%- set own = 'value_' ~ loop.index %}
    select {{ loop.index }} as feature, {{ own }} as value, 1 - is_current as ref_rows, is_current as cur_rows
    from {{ source }} where {{ driftql.is_finite(own, is_float) }}{{ ' union all' if not loop.last }}
{%- endfor %}
{%- endif %}
{%- endmacro %}

{# A union reads the table once per branch; this reads it once, and an array of numbers is the quickest to turn into rows.
   https://spark.apache.org/docs/latest/api/sql/index.html#posexplode #}
{% macro spark__long_values(source, features) %}
    select place + 1 as feature, value, count(*) - sum(is_current) as ref_rows, sum(is_current) as cur_rows
    from (
        select is_current, posexplode(array(
{%- for name, value, is_float in features %}
{%- set own = 'value_' ~ loop.index %}
            case when {{ driftql.is_finite(own, is_float) }} then {{ own }} end{{ ',' if not loop.last }}
{%- endfor %}
        )) as (place, value)
        from {{ source }}
    ) as entries
    where value is not null
    group by place, value
{%- endmacro %}

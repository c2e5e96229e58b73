{#
  The categories of several features with their rows in both windows: feature (its number), category, ref_rows and cur_rows, as a
  query. NULL is no category. Each feature is one hash aggregate, whose memory grows with its different categories only.

  features  list of [number, reference, current]: the SQL of the category in each window, as text
#}
{% macro window_categories(ref, cur, features) %}
    {{ return(adapter.dispatch('window_categories', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__window_categories(ref, cur, features) -%}
{%- for number, ref_value, cur_value in features %}
    select
        {{ number }} as feature,
        category,
        {{ driftql.count_if('is_current = 0') }} as ref_rows,
        {{ driftql.count_if('is_current = 1') }} as cur_rows
    from (
        select {{ ref_value }} as category, 0 as is_current from {{ ref }} as reference_window
        union all
        select {{ cur_value }} as category, 1 as is_current from {{ cur }} as current_window
    ) as both_windows
    where category is not null
    group by category
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endmacro %}

{# A union reads the table once per branch; this reads it once for all features.
   https://spark.apache.org/docs/latest/api/sql/index.html#posexplode #}
{% macro spark__window_categories(ref, cur, features) %}
    select
        element_at(array({{ features | map('first') | join(', ') }}), place + 1) as feature,
        category,
        {{ driftql.count_if('is_current = 0') }} as ref_rows,
        {{ driftql.count_if('is_current = 1') }} as cur_rows
    from (
{%- for source in [ref, cur] %}
{%- set is_current = loop.index0 %}
        select posexplode(array(
{%- for feature in features %}
            {{ feature[1 + is_current] }}{{ ',' if not loop.last }}
{%- endfor %}
        )) as (place, category), {{ is_current }} as is_current
        from {{ source }} as {{ 'current_window' if is_current else 'reference_window' }}
{%- if loop.first %}
        union all
{%- endif %}
{%- endfor %}
    ) as both_windows
    where category is not null
    group by place, category
{%- endmacro %}

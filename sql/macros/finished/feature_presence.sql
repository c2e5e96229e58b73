{#
  How many rows hold a value of each feature: one row a feature, with the columns place (its order), feature, ref_all and
  cur_all (rows of the windows), ref_present and cur_present (rows in which it is not NULL); counts are doubles.

  features  list of [quoted name, value, is_float]
#}
{% macro feature_presence(ref, cur, features) %}
    {{ return(adapter.dispatch('feature_presence', 'driftql')(ref, cur, features)) }}
{% endmacro %}

{% macro default__feature_presence(ref, cur, features) -%}
with
-- 1. how many rows each window has, and how many of them hold a value
presence as (
{%- for source in [ref, cur] %}
    select
        {{ loop.index0 }} as is_current,
        count(*) as all_rows
{%- for name, value, is_float in features %},
        count({{ value }}) as present_{{ loop.index }}
{%- endfor %}
    from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
),
-- 2. the features by name
names as (
{%- for name, value, is_float in features %}
    select {{ loop.index }} as place, {{ driftql.as_text(name) }} as feature{{ ' union all' if not loop.last }}
{%- endfor %}
)

-- 3. the same, one row a feature
select
    place,
    feature
{%- for window in ['ref', 'cur'] %},
    {{ driftql.as_double('max(case when is_current = ' ~ loop.index0 ~ ' then all_rows end)') }} as {{ window }}_all,
    {{ driftql.as_double('max(case when is_current = ' ~ loop.index0 ~ ' then present_rows end)') }} as {{ window }}_present
{%- endfor %}
from (
    select
        names.place,
        names.feature,
        presence.is_current,
        presence.all_rows,
        case names.place
{%- for name, value, is_float in features %}
            when {{ loop.index }} then presence.present_{{ loop.index }}
{%- endfor %}
        end as present_rows
    from presence
    cross join names
) as present_values
group by place, feature
{{- driftql.query_settings() }}
{%- endmacro %}

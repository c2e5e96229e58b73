{#
  The class mix of both windows: one row a class, most moved first; rows without a label are the class NULL, which has no
  share.

  Columns: class_name, ref_count, cur_count, ref_share, cur_share, shift (current share less reference share).
#}
{% macro classes_query(ref, cur, label) %}
    {{ return(adapter.dispatch('classes_query', 'driftql')(ref, cur, label)) }}
{% endmacro %}

{% macro default__classes_query(ref, cur, label) -%}
with
-- 1. one row a window and label
profile as (
    select *
    from (
{{ driftql.label_profile(ref, cur, label, [], 0, '1e-8', '1e-2', 2001) | indent(8, true) }}
    ) as label_profile
),
-- 2. one row a label
labels as (
    select
        label,
        {{ driftql.as_double('max(case when is_current = 0 then label_rows else 0 end)') }} as ref_rows,
        {{ driftql.as_double('max(case when is_current = 1 then label_rows else 0 end)') }} as cur_rows
    from profile
    group by label
),
-- 3. its share of the rows that have one
shares as (
    select
        labels.*,
        case when label is not null then ref_rows / nullif(sum(case when label is not null then ref_rows else 0 end) over (), 0) end as ref_share,
        case when label is not null then cur_rows / nullif(sum(case when label is not null then cur_rows else 0 end) over (), 0) end as cur_share
    from labels
)

select
    label as class_name,
    cast(ref_rows as {{ driftql.type_integer() }}) as ref_count,
    cast(cur_rows as {{ driftql.type_integer() }}) as cur_count,
    ref_share,
    cur_share,
    cur_share - ref_share as shift
from shares
order by coalesce(abs(cur_share - ref_share), -1) desc, label
{{- driftql.query_settings() }}
{%- endmacro %}

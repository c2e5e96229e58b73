{#
  The class mix of both windows: one row per class, most moved first; rows without a label are the class NULL, which has no
  share.

  label  the label column; a list of two, reference and current, where they differ

  Columns: class_name, ref_count, cur_count, ref_share, cur_share, shift (current share less reference share).
#}
{% macro classes_query(ref, cur, label) %}
    {{ return(adapter.dispatch('classes_query', 'driftql')(ref, cur, label)) }}
{% endmacro %}

{% macro default__classes_query(ref, cur, label) -%}
{%- set labels_read = [label, label] if label is string else label -%}
{%- set labeled %}
{%- for source in [ref, cur] %}
{{- driftql.prediction_values(source, loop.index0, labels_read[loop.index0], [], 0) }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
{%- endset -%}
{%- set profile %}
    select is_current, label, count(*) as label_rows
    from labeled_rows
    group by is_current, label
    order by label_rows desc, label, is_current
    limit 2001
{%- endset -%}
{%- set counts %}
    select
        label,
        {{ driftql.as_double('sum(case when is_current = 0 then label_rows else 0 end)') }} as ref_rows,
        {{ driftql.as_double('sum(case when is_current = 1 then label_rows else 0 end)') }} as cur_rows
    from profile
    group by label
{%- endset -%}
{%- set totals %}
    select
        labels.*,
        sum(case when label is not null then ref_rows else 0 end) over () as ref_labeled,
        sum(case when label is not null then cur_rows else 0 end) over () as cur_labeled
    from labels
{%- endset -%}
{%- set shares %}
    select
        totals.*,
        case when label is not null then ref_rows / nullif(ref_labeled, 0) end as ref_share,
        case when label is not null then cur_rows / nullif(cur_labeled, 0) end as cur_share
    from totals
{%- endset -%}
{%- set final -%}
select
    label as class_name,
    cast(ref_rows as {{ driftql.type_integer() }}) as ref_count,
    cast(cur_rows as {{ driftql.type_integer() }}) as cur_count,
    ref_share,
    cur_share,
    cur_share - ref_share as shift
from shares
order by coalesce(abs(cur_share - ref_share), -1) desc, label
{%- endset -%}
{{ driftql.query([
    ['labeled_rows', 'the label of every row', labeled, 0],
    ['profile', 'one row per window and label, the most frequent first', profile, 0],
    ['labels', 'one row per label', counts, 0],
    ['totals', 'beside it, how many rows of each window have a label', totals, 0],
    ['shares', 'its share of these', shares, 0]
], 'the classes, most moved first', final) }}
{%- endmacro %}

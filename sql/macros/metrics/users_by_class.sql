{#
  The users whose own class mix is away from the reference's by more than the effect, beyond noise (chi-square test of
  homogeneity). Worst first.

  classes   list of [label, reference rows], every label of either window
  ref_n     the sum of these rows
  effect    the absolute change of a proportion that must be exceeded
  critical  list of [rows, chi-square]: from so many rows on, the statistic that noise stays below

  For two rows of counts, chi-square is n * m * sum((cur/m - ref/n)^2 / (ref + cur)), m the user's rows.
#}
{% macro users_by_class(cur, user, label, classes, ref_n, effect, critical, max_users) %}
    {{ return(adapter.dispatch('users_by_class', 'driftql')(cur, user, label, classes, ref_n, effect, critical, max_users)) }}
{% endmacro %}

{% macro default__users_by_class(cur, user, label, classes, ref_n, effect, critical, max_users) -%}
with
-- 1. the reference's rows of each class
classes as (
{%- for label_text, ref_rows in classes %}
    select {{ driftql.as_text(label_text) }} as label, {{ ref_rows }} as ref_rows
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
),
-- 2. each user's rows of each class, those with none included
user_labels as (
    select {{ driftql.as_text(user) }} as user_id, {{ driftql.as_text(label) }} as label, count(*) as label_rows
    from {{ cur }} as current_window
    where {{ user }} is not null and {{ label }} is not null
    group by {{ driftql.as_text(user) }}, {{ driftql.as_text(label) }}
),
user_totals as (
    select user_id, sum(label_rows) as user_rows
    from user_labels
    group by user_id
),
user_classes as (
    select
        user_totals.user_id as user_id,
        user_totals.user_rows as user_rows,
        classes.ref_rows as ref_rows,
        coalesce(user_labels.label_rows, 0) as label_rows,
        {{ driftql.as_double('coalesce(user_labels.label_rows, 0)') }} / user_totals.user_rows
            - {{ driftql.as_double('classes.ref_rows') }} / {{ ref_n }} as shift
    from user_totals
    cross join classes
    left join user_labels on user_totals.user_id = user_labels.user_id and classes.label = user_labels.label
),
-- 3. each user's largest change and chi-square
user_scores as (
    select
        user_id,
        user_rows,
        max(abs(shift)) as largest_shift,
        user_rows * {{ driftql.as_double(ref_n) }} * sum(shift * shift / nullif(ref_rows + label_rows, 0)) as chi_square
    from user_classes
    group by user_id, user_rows
)

select user_id, largest_shift as score, user_rows, count(*) over () as affected_users
from user_scores
where largest_shift > {{ effect }}
    and chi_square > {{ driftql.step_value('user_rows', critical) }}
order by largest_shift desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

{#
  The users whose own class mix is away from the reference's by more than the effect, beyond noise. A user is compared with its own
  reference rows, where there are enough of them, else with everybody's. Worst first. own_rows is NULL for a user that was compared
  with everybody's.

  user, label  the columns; each a list of two, reference and current, where they differ; 'null' where a window has none
  classes      list of [label, everybody's reference rows], every label of either window
  ref_n        the sum of these rows
  effect       the absolute change of a proportion that must be exceeded
  critical     list of [rows, chi-square]: from so many rows on, the statistic that noise stays below, against everybody's reference
  least_rows   the fewest labeled current rows of a user that is looked at
  own_rows     the fewest own reference rows to compare with
  own_limit    against own reference rows: the logarithm of the p-value that must be reached

  For two rows of counts, chi-square is n * m * sum((cur/m - ref/n)^2 / (ref + cur)), m the user's rows. Against own reference rows,
  the evidence is Fisher's exact test (fisher_bound) of the class that differs most, times the number of the user's classes.
#}
{% macro users_by_class(ref, cur, user, label, classes, ref_n, effect, critical, least_rows, own_rows, own_limit, max_users) %}
    {{ return(adapter.dispatch('users_by_class', 'driftql')(ref, cur, user, label, classes, ref_n, effect, critical, least_rows, own_rows, own_limit, max_users)) }}
{% endmacro %}

{% macro default__users_by_class(ref, cur, user, label, classes, ref_n, effect, critical, least_rows, own_rows, own_limit, max_users) -%}
{%- set ref_user, cur_user = [user, user] if user is string else user -%}
{%- set ref_label, cur_label = [label, label] if label is string else label -%}
with
-- 1. everybody's reference rows of each class
classes as (
{%- for label_text, ref_rows in classes %}
    select {{ driftql.as_text(label_text) }} as label, {{ ref_rows }} as ref_rows
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
),
-- 2. each user's rows of each class in both windows
window_labels as (
    select
        {{ driftql.as_text(cur_user) }} as user_id,
        {{ driftql.as_text(cur_label) }} as label,
        count(*) as label_rows,
        0 as own_label_rows
    from {{ cur }} as current_window
    where {{ cur_user }} is not null and {{ cur_label }} is not null
    group by {{ driftql.as_text(cur_user) }}, {{ driftql.as_text(cur_label) }}
    union all
    select
        {{ driftql.as_text(ref_user) }} as user_id,
        {{ driftql.as_text(ref_label) }} as label,
        0 as label_rows,
        count(*) as own_label_rows
    from {{ ref }} as reference_window
    where {{ ref_user }} is not null and {{ ref_label }} is not null
    group by {{ driftql.as_text(ref_user) }}, {{ driftql.as_text(ref_label) }}
),
user_labels as (
    select user_id, label, sum(label_rows) as label_rows, sum(own_label_rows) as own_label_rows
    from window_labels
    group by user_id, label
),
user_totals as (
    select
        user_id,
        sum(label_rows) as user_rows,
        case when sum(own_label_rows) >= {{ own_rows }} then sum(own_label_rows) end as own_rows
    from user_labels
    group by user_id
    having sum(label_rows) >= {{ least_rows }}
),
-- 3. each user's rows of every class, those without any included, beside those of the reference that it is compared with
user_classes as (
    select
        user_totals.user_id as user_id,
        user_totals.user_rows as user_rows,
        user_totals.own_rows as own_rows,
        {{ driftql.as_double('coalesce(user_labels.label_rows, 0)') }} as cur_rows,
        {{ driftql.as_double('user_totals.user_rows') }} as cur_n,
        {{ driftql.as_double('case when user_totals.own_rows is null then classes.ref_rows else coalesce(user_labels.own_label_rows, 0) end') }} as ref_rows,
        {{ driftql.as_double('case when user_totals.own_rows is null then ' ~ ref_n ~ ' else user_totals.own_rows end') }} as ref_n
    from user_totals
    cross join classes
    left join user_labels on user_totals.user_id = user_labels.user_id and classes.label = user_labels.label
),
-- 4. each user's largest change, its chi-square, and the smallest p-value of its classes
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        max(abs(cur_rows / cur_n - ref_rows / ref_n)) as largest_shift,
        sum(cur_n * ref_n * (cur_rows / cur_n - ref_rows / ref_n) * (cur_rows / cur_n - ref_rows / ref_n) / nullif(ref_rows + cur_rows, 0)) as chi_square,
        min(case when own_rows is not null then {{ driftql.fisher_bound('ref_rows', 'ref_n', 'cur_rows', 'cur_n') }} end)
            + ln({{ driftql.count_if('ref_rows + cur_rows > 0') }}) as evidence
    from user_classes
    group by user_id, user_rows, own_rows
)

select user_id, largest_shift as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where largest_shift > {{ effect }}
    and case
        when own_rows is null then chi_square > {{ driftql.step_value('user_rows', critical) }}
        else evidence <= {{ own_limit }}
    end
order by largest_shift desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

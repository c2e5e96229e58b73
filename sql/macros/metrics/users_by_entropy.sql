{#
  The users whose own mean entropy exceeds the reference's by the factor `effect` or by `increase`, or with falls = 1 is below it by
  `increase`, beyond noise (Welch). A user is compared with its own reference rows, where there are enough of them, else with
  everybody's. Worst first. own_rows is NULL for a user that was compared with everybody's.

  user                           the user column; a list of two, reference and current, where they differ; 'null' where a window has none
  ref_n, ref_mean, ref_variance  rows, mean and sample variance of the entropy of everybody's reference
  increase                       the change in nats that must be reached where the factor is not
  falls                          1 for users whose entropy has fallen, 0 for those whose entropy has risen
  critical                       list of [degrees of freedom, t]: the t statistic that must be reached
  own_rows                       the fewest own reference rows to compare with, at least 2

  Against own reference rows, the current variance is taken to be at least theirs: that of a few rows that happen to be alike says
  little. Where both are zero, any change is evidence.
#}
{% macro users_by_entropy(ref, cur, user, probabilities, is_list, floor, ref_n, ref_mean, ref_variance, effect, increase, falls, critical, own_rows, max_users) %}
    {{ return(adapter.dispatch('users_by_entropy', 'driftql')(ref, cur, user, probabilities, is_list, floor, ref_n, ref_mean, ref_variance, effect, increase, falls, critical, own_rows, max_users)) }}
{% endmacro %}

{% macro default__users_by_entropy(ref, cur, user, probabilities, is_list, floor, ref_n, ref_mean, ref_variance, effect, increase, falls, critical, own_rows, max_users) -%}
{%- set sign = '-' if falls else '' -%}
{%- set names = driftql.prediction_names(probabilities, is_list) -%}
{%- set ref_user, cur_user = [user, user] if user is string else user -%}
with
{%- for window, source, column, prefix, least_rows in [['current', cur, cur_user, 'user', 2], ['reference', ref, ref_user, 'own', own_rows]] %}
-- {{ loop.index }}. {{ "each user's current rows: " if loop.first else "the same of the reference, for users with enough rows there: " }}probabilities, entropy of each row, moments
{{ window }}_rows as (
    select
        {{ driftql.as_text(column) }} as user_id
{%- for p in driftql.class_probabilities(probabilities, is_list) %},
        {{ p }} as {{ names[loop.index0] }}
{%- endfor %}
    from {{ source }} as {{ window }}_window
    where {{ column }} is not null
),
{{ window }}_scores as (
    select
        user_id,
        {{ driftql.row_entropy(names, is_list, floor) }} as entropy
    from {{ window }}_rows
),
{{ prefix }}_moments as (
    select
        user_id,
        count(entropy) as {{ prefix }}_rows,
        avg(entropy) as {{ prefix }}_mean,
        var_samp(entropy) as {{ prefix }}_variance
    from {{ window }}_scores
    where entropy is not null
    group by user_id
    having count(entropy) >= {{ least_rows }}
),
{%- endfor %}
-- 3. the reference that each user is compared with, and the squared standard error of both means
user_means as (
    select
        user_moments.user_id as user_id,
        user_rows,
        own_rows,
        user_mean,
        user_variance / user_rows as user_error,
        case when own_rows is null then user_variance else greatest(user_variance, own_variance) end / user_rows as least_error,
        {{ driftql.as_double('case when own_rows is null then ' ~ ref_n ~ ' else own_rows end') }} as ref_n,
        case when own_rows is null then {{ ref_mean }} else own_mean end as ref_mean,
        case when own_rows is null then {{ driftql.as_double(ref_variance) }} / {{ ref_n }} else own_variance / own_rows end as ref_error
    from user_moments
    left join own_moments on user_moments.user_id = own_moments.user_id
),
-- 4. Welch's t with the degrees of freedom of Welch and Satterthwaite
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        user_mean,
        ref_mean,
        {{ sign }}(user_mean - ref_mean) as change,
        least_error + ref_error as error,
        {{ sign }}(user_mean - ref_mean) / nullif(sqrt(least_error + ref_error), 0) as t,
        (user_error + ref_error) * (user_error + ref_error)
            / nullif(user_error * user_error / (user_rows - 1) + ref_error * ref_error / (ref_n - 1), 0) as degrees
    from user_means
)

select user_id, change as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where (change >= {{ increase }}{{ ' or user_mean > ' ~ effect ~ ' * ref_mean' if not falls }})
    and (error = 0 or t >= {{ driftql.step_value('degrees', critical) }})
order by change desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

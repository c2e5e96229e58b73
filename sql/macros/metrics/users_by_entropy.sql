{#
  The users whose own mean entropy exceeds the reference's by the factor `effect` or by `increase`, or with falls = 1 is below it by
  `increase`, beyond noise (Welch). Worst first.

  ref_n, ref_mean, ref_variance  rows, mean and sample variance of the reference's entropy
  increase                       the change in nats that must be reached where the factor is not
  falls                          1 for users whose entropy has fallen, 0 for those whose entropy has risen
  critical                       list of [degrees of freedom, t]: the t statistic that must be reached
#}
{% macro users_by_entropy(cur, user, probabilities, is_list, floor, ref_n, ref_mean, ref_variance, effect, increase, falls, critical, max_users) %}
    {{ return(adapter.dispatch('users_by_entropy', 'driftql')(cur, user, probabilities, is_list, floor, ref_n, ref_mean, ref_variance, effect, increase, falls, critical, max_users)) }}
{% endmacro %}

{% macro default__users_by_entropy(cur, user, probabilities, is_list, floor, ref_n, ref_mean, ref_variance, effect, increase, falls, critical, max_users) -%}
{%- set sign = '-' if falls else '' -%}
{%- set names = driftql.prediction_names(probabilities, is_list) -%}
with
-- 1. each row's class probabilities, cast and named once
labeled_rows as (
    select
        {{ driftql.as_text(user) }} as user_id
{%- for p in driftql.class_probabilities(probabilities, is_list) %},
        {{ p }} as {{ names[loop.index0] }}
{%- endfor %}
    from {{ cur }} as current_window
    where {{ user }} is not null
),
-- 2. each row's entropy
scored as (
    select
        user_id,
        {{ driftql.row_entropy(names, is_list, floor) }} as entropy
    from labeled_rows
),
-- 3. each user's mean, and the squared standard error of both means
user_means as (
    select
        user_id,
        count(entropy) as user_rows,
        avg(entropy) as user_mean,
        var_samp(entropy) / count(entropy) as user_error,
        {{ driftql.as_double(ref_variance) }} / {{ ref_n }} as ref_error
    from scored
    where entropy is not null
    group by user_id
    having count(entropy) > 1
),
-- 4. Welch's t with the degrees of freedom of Welch and Satterthwaite
user_scores as (
    select
        user_id,
        user_rows,
        user_mean,
        {{ sign }}(user_mean - {{ ref_mean }}) as change,
        {{ sign }}(user_mean - {{ ref_mean }}) / nullif(sqrt(user_error + ref_error), 0) as t,
        (user_error + ref_error) * (user_error + ref_error)
            / nullif(user_error * user_error / (user_rows - 1) + ref_error * ref_error / ({{ ref_n }} - 1), 0) as degrees
    from user_means
)

select user_id, change as score, user_rows, count(*) over () as affected_users
from user_scores
where (change >= {{ increase }}{{ ' or user_mean > ' ~ effect ~ ' * ' ~ ref_mean if not falls }})
    and t >= {{ driftql.step_value('degrees', critical) }}
order by change desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

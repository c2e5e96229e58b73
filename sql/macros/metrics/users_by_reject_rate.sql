{#
  The users whose own current reject rate is above the reference's by at least the effect, beyond noise. Worst first.

  reject_label     the label that counts as rejected, a quoted text
  ref_hits, ref_n  rejected and labeled rows of the reference
  effect           the increase that must be reached
  critical         list of [rows, hits]: from so many rows on, the fewest rejects that are evidence
  z_from, z        from z_from rows on, the pooled two-proportion z statistic that must be reached instead
#}
{% macro users_by_reject_rate(cur, user, label, reject_label, ref_hits, ref_n, effect, critical, z_from, z, max_users) %}
    {{ return(adapter.dispatch('users_by_reject_rate', 'driftql')(cur, user, label, reject_label, ref_hits, ref_n, effect, critical, z_from, z, max_users)) }}
{% endmacro %}

{% macro default__users_by_reject_rate(cur, user, label, reject_label, ref_hits, ref_n, effect, critical, z_from, z, max_users) -%}
with
-- 1. each user's labeled rows and rejects
user_rates as (
    select
        {{ driftql.as_text(user) }} as user_id,
        count({{ label }}) as user_rows,
        {{ driftql.count_if(driftql.as_text(label) ~ ' = ' ~ reject_label) }} as hits
    from {{ cur }} as current_window
    where {{ user }} is not null
    group by {{ driftql.as_text(user) }}
),
-- 2. the increase over the reference, and the pooled rate that the z statistic wants
user_scores as (
    select
        user_id,
        user_rows,
        hits,
        {{ driftql.as_double('hits') }} / user_rows - {{ driftql.as_double(ref_hits) }} / {{ ref_n }} as increase,
        {{ driftql.as_double('(hits + ' ~ ref_hits ~ ')') }} / (user_rows + {{ ref_n }}) as pooled
    from user_rates
    where user_rows > 0
)

select user_id, increase as score, user_rows, count(*) over () as affected_users
from user_scores
where increase >= {{ effect }}
    and case
        when user_rows >= {{ z_from }}
            then increase >= {{ z }} * sqrt(pooled * (1 - pooled) * (1 / {{ driftql.as_double('user_rows') }} + 1 / {{ driftql.as_double(ref_n) }}))
        else hits >= {{ driftql.step_value('user_rows', critical) }}
    end
order by increase desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

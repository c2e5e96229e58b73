{#
  The users whose own current share of some rows is above the reference's by at least the effect, beyond noise. A user is compared
  with its own reference rows, where there are enough of them, else with everybody's. Worst first. own_rows is NULL for a user that
  was compared with everybody's.

  user             the user column; a list of two, reference and current, where they differ; 'null' where a window has none
  usable           an expression that is NULL in rows that do not count; or a list of two
  hit              a condition: the rows whose share it is; or a list of two
  words            what usable rows and hits are called in the comments
  ref_hits, ref_n  hits and usable rows of everybody's reference
  effect           the increase that must be reached
  critical         list of [rows, hits]: from so many rows on, the fewest hits that are evidence against everybody's reference
  z_from, z        from z_from rows on, the pooled two-proportion z statistic that must be reached instead
  least_rows       the fewest usable current rows of a user that is looked at
  own_rows         the fewest own reference rows to compare with
  own_limit        against own reference rows: the logarithm of Fisher's p-value (fisher_bound) that must be reached
#}
{% macro users_by_rate(ref, cur, user, usable, hit, words, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users) %}
    {{ return(adapter.dispatch('users_by_rate', 'driftql')(ref, cur, user, usable, hit, words, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users)) }}
{% endmacro %}

{% macro default__users_by_rate(ref, cur, user, usable, hit, words, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users) -%}
{%- set ref_user, cur_user = [user, user] if user is string else user -%}
{%- set ref_usable, cur_usable = [usable, usable] if usable is string else usable -%}
{%- set ref_hit, cur_hit = [hit, hit] if hit is string else hit -%}
with
-- 1. each user's {{ words[0] }} and {{ words[1] }}
user_rates as (
    select
        {{ driftql.as_text(cur_user) }} as user_id,
        count({{ cur_usable }}) as user_rows,
        {{ driftql.count_if(cur_hit) }} as hits
    from {{ cur }} as current_window
    where {{ cur_user }} is not null
    group by {{ driftql.as_text(cur_user) }}
    having count({{ cur_usable }}) >= {{ least_rows }}
),
-- 2. the same of the reference, for users with enough rows there
own_rates as (
    select
        {{ driftql.as_text(ref_user) }} as user_id,
        count({{ ref_usable }}) as own_rows,
        {{ driftql.count_if(ref_hit) }} as own_hits
    from {{ ref }} as reference_window
    where {{ ref_user }} is not null
    group by {{ driftql.as_text(ref_user) }}
    having count({{ ref_usable }}) >= {{ own_rows }}
),
-- 3. the rows and {{ words[1] }} of each user, and of the reference that it is compared with
user_pairs as (
    select
        user_rates.user_id as user_id,
        user_rates.user_rows as user_rows,
        user_rates.hits as hits,
        own_rates.own_rows as own_rows,
        {{ driftql.as_double('user_rates.hits') }} as cur_hits,
        {{ driftql.as_double('user_rates.user_rows') }} as cur_n,
        {{ driftql.as_double('case when own_rates.own_rows is null then ' ~ ref_hits ~ ' else own_rates.own_hits end') }} as ref_hits,
        {{ driftql.as_double('case when own_rates.own_rows is null then ' ~ ref_n ~ ' else own_rates.own_rows end') }} as ref_n
    from user_rates
    left join own_rates on user_rates.user_id = own_rates.user_id
),
-- 4. the increase over the reference, and the pooled rate that the z statistic wants
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        hits,
        cur_hits,
        cur_n,
        ref_hits,
        ref_n,
        cur_hits / cur_n - ref_hits / ref_n as increase,
        (cur_hits + ref_hits) / (cur_n + ref_n) as pooled
    from user_pairs
)

select user_id, increase as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where increase >= {{ effect }}
    and case
        when own_rows is not null
            then {{ driftql.fisher_bound('ref_hits', 'ref_n', 'cur_hits', 'cur_n') }} <= {{ own_limit }}
        when user_rows >= {{ z_from }}
            then increase >= {{ z }} * sqrt(pooled * (1 - pooled) * (1 / cur_n + 1 / ref_n))
        else hits >= {{ driftql.step_value('user_rows', critical) }}
    end
order by increase desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

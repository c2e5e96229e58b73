{#
  The users whose own current rows are in categories that nobody has in the reference, by at least the effect more often than the
  reference leads one to expect, beyond noise: users_by_reject_rate, where a row with such a category is a hit. The columns of the
  result are those of users_by_reject_rate. Each user is compared with everybody's expected share, never with its own past, in which
  no category is new.

  user                 the user's column in the current window
  category             list of two: the category's text in the reference and in the current window
  ref_hits, ref_n      the reference rows of categories that it has only once, and all its rows with a category
  effect, critical, z_from, z, least_rows  as in users_by_reject_rate
#}
{% macro users_by_new_category(ref, cur, user, category, ref_hits, ref_n, effect, critical, z_from, z, least_rows, max_users) %}
    {{ return(adapter.dispatch('users_by_new_category', 'driftql')(ref, cur, user, category, ref_hits, ref_n, effect, critical, z_from, z, least_rows, max_users)) }}
{% endmacro %}

{% macro default__users_by_new_category(ref, cur, user, category, ref_hits, ref_n, effect, critical, z_from, z, least_rows, max_users) -%}
{%- set nobody -%}
(select {{ driftql.as_text('null') }} as user_id, {{ driftql.as_text('null') }} as state from {{ ref }} as reference_window where 1 = 0)
{%- endset -%}
{%- set states %}(
        select
            named_rows.user_id as user_id,
            case when known_rows.category is null then 'new' else 'known' end as state
        from (
            select {{ driftql.as_text(user) }} as user_id, {{ category[1] }} as category
            from {{ cur }} as current_rows
            where {{ category[1] }} is not null
        ) as named_rows
        left join (
            select distinct {{ category[0] }} as category
            from {{ ref }} as reference_rows
            where {{ category[0] }} is not null
        ) as known_rows
            on named_rows.category = known_rows.category
    )
{%- endset -%}
{{ driftql.users_by_reject_rate(nobody, states, 'user_id', 'state', "'new'", ref_hits, ref_n, effect, critical, z_from, z, least_rows, 1, 0, max_users) }}
{%- endmacro %}

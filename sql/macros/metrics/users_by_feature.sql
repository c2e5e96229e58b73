{#
  The users whose own current rows have drifted in one feature: their PSI against the reference bins passes the effect
  and, for their number of rows, the noise. Worst first, at most max_users; the number of all of them beside each.

  edges     inner bin edges, ascending; outer bins are open
  shares    the reference's share of each bin, raised to at least `floor`; one more than edges
  effect    the PSI that must be exceeded
  critical  list of [rows, PSI]: from so many rows on, the PSI that noise stays below

  The PSI of a user is the sum over bins of (q - p) * ln(q / p), p the reference's share and q the user's, at least
  `floor`. Rows are grouped by user alone and counted below each edge: a bin's rows are the difference of two such counts.
#}
{% macro users_by_feature(cur, user, value, is_float, edges, shares, floor, effect, critical, max_users) %}
    {{ return(adapter.dispatch('users_by_feature', 'driftql')(cur, user, value, is_float, edges, shares, floor, effect, critical, max_users)) }}
{% endmacro %}

{% macro default__users_by_feature(cur, user, value, is_float, edges, shares, floor, effect, critical, max_users) -%}
with
-- 1. each user's rows, and how many of them are below each edge
user_counts as (
    select
        {{ driftql.as_text(user) }} as user_id,
        count(*) as user_rows
{%- for edge in edges %},
        {{ driftql.count_if(driftql.as_double(value) ~ ' < ' ~ edge) }} as below_{{ loop.index }}
{%- endfor %}
    from {{ cur }} as current_window
    where {{ user }} is not null and {{ driftql.is_finite(value, is_float) }}
    group by {{ driftql.as_text(user) }}
),
-- 2. the user's share of each bin
user_shares as (
    select
        user_id,
        user_rows
{%- for share in shares %}
{%- set above = 'below_' ~ loop.index if not loop.last else 'user_rows' %}
{%- set rows = above if loop.first else '(' ~ above ~ ' - below_' ~ (loop.index - 1) ~ ')' %},
        greatest({{ driftql.as_double(rows) }} / user_rows, {{ floor }}) as share_{{ loop.index }}
{%- endfor %}
    from user_counts
),
-- 3. each user's PSI
user_scores as (
    select
        user_id,
        user_rows,
{%- for share in shares %}
        {{ '+ ' if not loop.first }}(share_{{ loop.index }} - {{ share }}) * ln(share_{{ loop.index }} / {{ share }}){{ ' as psi' if loop.last }}
{%- endfor %}
    from user_shares
)

select user_id, psi as score, user_rows, count(*) over () as affected_users
from user_scores
where psi > {{ effect }}
    and psi > {{ driftql.step_value('user_rows', critical) }}
order by psi desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

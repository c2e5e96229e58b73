{#
  The users whose own current rows have drifted in one feature: their PSI passes the effect and the noise. A user is compared with
  its own reference rows, where there are enough of them, else with everybody's. Worst first, at most max_users; the number of
  all of them beside each. own_rows is NULL for a user that was compared with everybody's.

  user        the user column; a list of two, reference and current, where they differ; 'null' where a window has none
  edges       inner bin edges, ascending; outer bins are open
  shares      everybody's reference share of each bin, raised to at least `floor`; one more than edges
  effect      the PSI that must be exceeded
  critical    list of [rows, PSI]: from so many rows on, the PSI that noise stays below, against everybody's reference
  least_rows  the fewest current rows of a user that is looked at
  own_rows    the fewest own reference rows to compare with
  own_limit   against own reference rows: the logarithm of the p-value that must be reached

  The PSI of a user is the sum over bins of (q - p) * ln(q / p), p the reference's share and q the user's, both at least `floor`.
  Rows are grouped by user alone and counted below each edge: a bin's rows are the difference of two such counts. Against own
  reference rows, the evidence is Fisher's exact test (fisher_bound) of the rows below an edge, at any of the edges; own_limit
  allows for their number.
#}
{% macro users_by_feature(ref, cur, user, value, is_float, edges, shares, floor, effect, critical, least_rows, own_rows, own_limit, max_users) %}
    {{ return(adapter.dispatch('users_by_feature', 'driftql')(ref, cur, user, value, is_float, edges, shares, floor, effect, critical, least_rows, own_rows, own_limit, max_users)) }}
{% endmacro %}

{% macro default__users_by_feature(ref, cur, user, value, is_float, edges, shares, floor, effect, critical, least_rows, own_rows, own_limit, max_users) -%}
{%- set ref_user, cur_user = [user, user] if user is string else user -%}
with
-- 1. each user's current rows, and how many of them are below each edge
user_counts as (
    select
        {{ driftql.as_text(cur_user) }} as user_id,
        count(*) as user_rows
{%- for edge in edges %},
        {{ driftql.count_if(driftql.as_double(value) ~ ' < ' ~ edge) }} as below_{{ loop.index }}
{%- endfor %}
    from {{ cur }} as current_window
    where {{ cur_user }} is not null and {{ driftql.is_finite(value, is_float) }}
    group by {{ driftql.as_text(cur_user) }}
    having count(*) >= {{ least_rows }}
),
-- 2. the same of the reference, for users with enough rows there
own_counts as (
    select
        {{ driftql.as_text(ref_user) }} as user_id,
        count(*) as own_rows
{%- for edge in edges %},
        {{ driftql.count_if(driftql.as_double(value) ~ ' < ' ~ edge) }} as own_below_{{ loop.index }}
{%- endfor %}
    from {{ ref }} as reference_window
    where {{ ref_user }} is not null and {{ driftql.is_finite(value, is_float) }}
    group by {{ driftql.as_text(ref_user) }}
    having count(*) >= {{ own_rows }}
),
-- 3. the share of each bin in both windows, and how far apart the shares below each edge are
user_shares as (
    select
        user_counts.user_id as user_id,
        user_counts.user_rows as user_rows,
        own_counts.own_rows as own_rows
{%- for edge in edges %},
        {{ driftql.as_double('below_' ~ loop.index) }} as below_{{ loop.index }},
        {{ driftql.as_double('own_below_' ~ loop.index) }} as own_below_{{ loop.index }}
{%- endfor %}
{%- for share in shares %}
{%- set above = 'below_' ~ loop.index if not loop.last else 'user_rows' %}
{%- set rows = above if loop.first else '(' ~ above ~ ' - below_' ~ (loop.index - 1) ~ ')' %}
{%- set own_above = 'own_below_' ~ loop.index if not loop.last else 'own_rows' %}
{%- set own = own_above if loop.first else '(' ~ own_above ~ ' - own_below_' ~ (loop.index - 1) ~ ')' %},
        greatest({{ driftql.as_double(rows) }} / user_rows, {{ floor }}) as share_{{ loop.index }},
        case when own_rows is null then {{ share }} else greatest({{ driftql.as_double(own) }} / own_rows, {{ floor }}) end as ref_share_{{ loop.index }}
{%- endfor %}
    from user_counts
    left join own_counts on user_counts.user_id = own_counts.user_id
),
-- 4. each user's PSI
user_scores as (
    select
        user_id,
        user_rows,
        own_rows,
        {{ driftql.as_double('user_rows') }} as cur_n,
        {{ driftql.as_double('own_rows') }} as ref_n,
{%- for edge in edges %}
        below_{{ loop.index }},
        own_below_{{ loop.index }},
{%- endfor %}
{%- for share in shares %}
        {{ '+ ' if not loop.first }}(share_{{ loop.index }} - ref_share_{{ loop.index }}) * ln(share_{{ loop.index }} / ref_share_{{ loop.index }}){{ ' as psi' if loop.last }}
{%- endfor %}
    from user_shares
)

select user_id, psi as score, user_rows, own_rows, count(*) over () as affected_users
from user_scores
where psi > {{ effect }}
    and case
        when own_rows is null then psi > {{ driftql.step_value('user_rows', critical) }}
        else
        {%- for edge in edges %}
            {{ 'or ' if not loop.first }}{{ driftql.fisher_bound('own_below_' ~ loop.index, 'ref_n', 'below_' ~ loop.index, 'cur_n') }} <= {{ own_limit }}
        {%- endfor %}
    end
order by psi desc, user_id
limit {{ max_users }}
{{- driftql.query_settings() }}
{%- endmacro %}

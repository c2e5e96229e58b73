{#
  The users whose own current rows have drifted in one feature: their PSI against the reference bins passes the effect
  and, for their number of rows, the noise. Worst first, at most max_users; the number of all of them beside each.

  edges     inner bin edges, ascending; outer bins are open
  shares    the reference's share of each bin, raised to at least `floor`; one more than edges
  effect    the PSI that must be exceeded
  critical  list of [rows, PSI]: from so many rows on, the PSI that noise stays below

  The PSI of a user is the sum over bins of (q - p) * ln(q / p), p the reference's share and q the user's, at least
  `floor`. Bins in which the user has no row all have q = floor: `empty` is their sum over all bins, and a bin with rows
  takes its own part of it back.
#}
{% macro users_by_feature(cur, user, value, is_float, edges, shares, floor, effect, critical, max_users) %}
    {{ return(adapter.dispatch('users_by_feature', 'driftql')(cur, user, value, is_float, edges, shares, floor, effect, critical, max_users)) }}
{% endmacro %}

{% macro default__users_by_feature(cur, user, value, is_float, edges, shares, floor, effect, critical, max_users) -%}
with
-- 1. the reference's share of each bin, and the part of PSI of a user who has no row in it
reference_bins as (
{%- for share in shares %}
    select {{ loop.index }} as bin, {{ share }} as ref_share, ({{ floor }} - {{ share }}) * ln({{ floor }} / {{ share }}) as empty_part
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
),
all_empty as (
    select sum(empty_part) as empty_psi
    from reference_bins
),
-- 2. each user's rows in each bin
user_values as (
    select
        {{ driftql.as_text(user) }} as user_id,
        {{ driftql.bin_of(value, edges) }} as bin
    from {{ cur }} as current_window
    where {{ user }} is not null and {{ driftql.is_finite(value, is_float) }}
),
user_bins as (
    select user_id, bin, count(*) as bin_rows
    from user_values
    group by user_id, bin
),
user_totals as (
    select user_id, sum(bin_rows) as user_rows
    from user_bins
    group by user_id
),
user_shares as (
    select
        user_bins.user_id,
        user_totals.user_rows,
        reference_bins.ref_share,
        reference_bins.empty_part,
        greatest({{ driftql.as_double('user_bins.bin_rows') }} / user_totals.user_rows, {{ floor }}) as user_share
    from user_bins
    inner join user_totals on user_bins.user_id = user_totals.user_id
    inner join reference_bins on user_bins.bin = reference_bins.bin
),
-- 3. each user's PSI
user_scores as (
    select
        user_id,
        user_rows,
        max(empty_psi) + sum((user_share - ref_share) * ln(user_share / ref_share) - empty_part) as psi
    from user_shares
    cross join all_empty
    group by user_id, user_rows
)

select user_id, psi as score, user_rows, count(*) over () as affected_users
from user_scores
where psi > {{ effect }}
    and psi > {{ driftql.step_value('user_rows', critical) }}
order by psi desc, user_id
limit {{ max_users }}
{%- endmacro %}

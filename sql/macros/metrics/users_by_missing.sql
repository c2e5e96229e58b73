{#
  The users whose own share of rows without a value is above the reference's by at least the effect, beyond noise. A user is
  compared with its own reference rows, where there are enough of them, else with everybody's. Worst first. own_rows is NULL for a
  user that was compared with everybody's.

  user             the user column; a list of two, reference and current, where they differ; 'null' where a window has none
  value            the column; a list of two, reference and current, where they differ; of the kind incomplete the list of the columns of the
                   class probabilities, or with is_list = 1 of the one list column
  kind             missing (NULL), non_finite (NaN or an infinity), or incomplete (a class probability that is missing or not finite)
  ref_hits, ref_n  rows without a value, and all rows, of everybody's reference
  effect           the increase that must be reached
  critical         list of [rows, hits]: from so many rows on, the fewest hits that are evidence against everybody's reference
  z_from, z        from z_from rows on, the pooled two-proportion z statistic that must be reached instead
  least_rows       the fewest current rows of a user that is looked at
  own_rows         the fewest own reference rows to compare with
  own_limit        against own reference rows: the logarithm of Fisher's p-value (fisher_bound) that must be reached
#}
{% macro users_by_missing(ref, cur, user, value, kind, is_list, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users) %}
    {{ return(adapter.dispatch('users_by_missing', 'driftql')(ref, cur, user, value, kind, is_list, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users)) }}
{% endmacro %}

{% macro default__users_by_missing(ref, cur, user, value, kind, is_list, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users) -%}
{%- set hits = [] -%}
{%- if kind == 'incomplete' -%}
{%- do hits.extend([
    'case when ' ~ driftql.row_is_complete(driftql.class_probabilities(value, is_list), is_list) ~ ' then 0 else 1 end = 1'
] * 2) -%}
{%- else -%}
{%- for own in ([value, value] if value is string else value) -%}
{%- do hits.append(driftql.row_lacks(own, kind)) -%}
{%- endfor -%}
{%- endif -%}
{{ driftql.users_by_rate(
    ref, cur, user, '1', hits, ['rows', 'those without a value'], ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users
) }}
{%- endmacro %}

{#
  The users whose own current reject rate is above the reference's by at least the effect, beyond noise. A user is compared with
  its own reference rows, where there are enough of them, else with everybody's. Worst first. own_rows is NULL for a user that was
  compared with everybody's.

  user, label      the columns; each a list of two, reference and current, where they differ; 'null' where a window has none
  reject_label     the label that counts as rejected, a quoted text
  ref_hits, ref_n  rejected and labeled rows of everybody's reference
  effect           the increase that must be reached
  critical         list of [rows, hits]: from so many rows on, the fewest rejects that are evidence against everybody's reference
  z_from, z        from z_from rows on, the pooled two-proportion z statistic that must be reached instead
  least_rows       the fewest labeled current rows of a user that is looked at
  own_rows         the fewest own reference rows to compare with
  own_limit        against own reference rows: the logarithm of Fisher's p-value (fisher_bound) that must be reached
#}
{% macro users_by_reject_rate(ref, cur, user, label, reject_label, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users) %}
    {{ return(adapter.dispatch('users_by_reject_rate', 'driftql')(ref, cur, user, label, reject_label, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users)) }}
{% endmacro %}

{% macro default__users_by_reject_rate(ref, cur, user, label, reject_label, ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit, max_users) -%}
{%- set labels = [label, label] if label is string else label -%}
{%- set hits = [] -%}
{%- for own in labels %}
{%- do hits.append(driftql.as_text(own) ~ ' = ' ~ reject_label) %}
{%- endfor -%}
{{ driftql.users_by_rate(
    ref, cur, user, labels, hits, ['labeled rows', 'rejects'], ref_hits, ref_n, effect, critical, z_from, z, least_rows, own_rows, own_limit,
    max_users
) }}
{%- endmacro %}

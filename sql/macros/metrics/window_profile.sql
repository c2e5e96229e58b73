{#
  Rows, time range, and missing and non-finite values of each feature, from one scan per window: one row for the reference
  (is_current = 0) and one for the current window (1).

  features        list of [value, is_float]; with is_float = 0 NaN and infinities are not counted (finite_i is NULL)
                  and show in the minimum or the maximum: a cheap first look at columns that will mostly have none
  bucket_start    the bucket's start as a timestamp in UTC, or 'null'; or a list of two, for the reference and the current window
  schema_version  the version column, or 'null'; or a list of two
  user            the user column, or 'null'; or a list of two

  with_distinct  1 to count different values too, which takes several times as long as all the rest

  present_time and present_user are the rows with a bucket start and with a user; NULL where there is no such column.
  A feature i gives present_i (not NULL), finite_i, minimum_i, maximum_i (of the finite values, as doubles) and
  distinct_i (approximate where the engine has a sketch; NULL where it was not asked for).
#}
{% macro window_profile(ref, cur, features, bucket_start, schema_version, user, with_distinct) %}
    {{ return(adapter.dispatch('window_profile', 'driftql')(ref, cur, features, bucket_start, schema_version, user, with_distinct)) }}
{% endmacro %}

{% macro default__window_profile(ref, cur, features, bucket_start, schema_version, user, with_distinct) -%}
{%- for source in [ref, cur] %}
{%- set start = bucket_start if bucket_start is string else bucket_start[loop.index0] %}
{%- set version = schema_version if schema_version is string else schema_version[loop.index0] %}
{%- set own_user = user if user is string else user[loop.index0] %}
select
    {{ loop.index0 }} as is_current,
    count(*) as row_count,
    {{ driftql.as_text('min(' ~ start ~ ')' if start != 'null' else 'null') }} as first_bucket,
    {{ driftql.as_text('max(' ~ start ~ ')' if start != 'null' else 'null') }} as last_bucket,
    {{ driftql.as_text('min(' ~ version ~ ')' if version != 'null' else 'null') }} as first_version,
    {{ driftql.as_text('max(' ~ version ~ ')' if version != 'null' else 'null') }} as last_version,
    {{ 'count(' ~ start ~ ')' if start != 'null' else 'null' }} as present_time,
    {{ 'count(' ~ own_user ~ ')' if own_user != 'null' else 'null' }} as present_user
{%- for value, is_float in features %}
{%- set shown = 'case when ' ~ driftql.is_finite(value, is_float) ~ ' then ' ~ value ~ ' end' if is_float else value %},
    count({{ value }}) as present_{{ loop.index }},
    {{ 'count(' ~ shown ~ ')' if is_float else 'null' }} as finite_{{ loop.index }},
    {{ driftql.as_double('min(' ~ shown ~ ')') }} as minimum_{{ loop.index }},
    {{ driftql.as_double('max(' ~ shown ~ ')') }} as maximum_{{ loop.index }},
    {{ driftql.approximate_distinct(value) if with_distinct else 'null' }} as distinct_{{ loop.index }}
{%- endfor %}
from {{ source }} as {{ 'reference_window' if loop.first else 'current_window' }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
order by is_current
{{- driftql.query_settings() }}
{%- endmacro %}

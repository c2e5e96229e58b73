{#
  The earliest and the latest bucket start of a source, as text in UTC: where windows such as "the last 7 days" are
  counted from. `condition` restricts the rows, such as country = 'NL'; '' for all.
#}
{% macro bucket_range(source, bucket_start, condition) %}
    {{ return(adapter.dispatch('bucket_range', 'driftql')(source, bucket_start, condition)) }}
{% endmacro %}

{% macro default__bucket_range(source, bucket_start, condition) -%}
select
    {{ driftql.as_text('min(' ~ bucket_start ~ ')') }} as first_bucket,
    {{ driftql.as_text('max(' ~ bucket_start ~ ')') }} as last_bucket
from {{ source }} as monitored
{%- if condition %}
where {{ condition }}
{%- endif %}
{%- endmacro %}

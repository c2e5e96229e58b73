{#
  The earliest and the latest bucket start of a source, as text in UTC: where windows such as "the last 7 days" are
  counted from.
#}
{% macro bucket_range(source, bucket_start) %}
    {{ return(adapter.dispatch('bucket_range', 'driftql')(source, bucket_start)) }}
{% endmacro %}

{% macro default__bucket_range(source, bucket_start) -%}
select
    {{ driftql.as_text('min(' ~ bucket_start ~ ')') }} as first_bucket,
    {{ driftql.as_text('max(' ~ bucket_start ~ ')') }} as last_bucket
from {{ source }} as monitored
{%- endmacro %}

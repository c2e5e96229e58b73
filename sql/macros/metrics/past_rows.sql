{#
  The latest bucket start before a horizon, as text, and the number of rows at or after it: of a source with rows that
  are dated in the future. `horizon` is a timestamp; `condition` restricts the rows, '' for all.
#}
{% macro past_rows(source, bucket_start, horizon, condition) %}
    {{ return(adapter.dispatch('past_rows', 'driftql')(source, bucket_start, horizon, condition)) }}
{% endmacro %}

{% macro default__past_rows(source, bucket_start, horizon, condition) -%}
select
    {{ driftql.as_text('max(case when ' ~ bucket_start ~ ' < ' ~ horizon ~ ' then ' ~ bucket_start ~ ' end)') }} as last_bucket,
    {{ driftql.count_if(bucket_start ~ ' >= ' ~ horizon) }} as future_rows
from {{ source }} as monitored
{%- if condition %}
where {{ condition }}
{%- endif %}
{%- endmacro %}

{#
  How many pending requests meet a condition, such as request_id = '...' or created_at = a literal timestamp.
#}
{% macro count_pending(queue, condition) %}
    {{ return(adapter.dispatch('count_pending', 'driftql')(queue, condition)) }}
{% endmacro %}

{% macro default__count_pending(queue, condition) -%}
select count(*) as pending
from {{ driftql.queue_state(queue) }} as requests
where status = 'pending' and {{ condition }}
{%- endmacro %}

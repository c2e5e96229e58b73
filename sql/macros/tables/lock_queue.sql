{#
  Keep other writers away from the queue until the transaction ends, where the engine has no unique index and a lock of a
  whole table: then the insert's own condition is enough. '' elsewhere.
#}
{% macro lock_queue(queue) %}
    {{ return(adapter.dispatch('lock_queue', 'driftql')(queue)) }}
{% endmacro %}

{% macro default__lock_queue(queue) -%}
{%- endmacro %}

{# The second writer waits, and its snapshot is taken by the insert that follows. https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
   and https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html #}
{% macro redshift__lock_queue(queue) -%}
lock table {{ queue }}
{%- endmacro %}

{# Write a statement that keeps two connections from creating the same tables at once; '' where the engine does so itself. #}
{% macro _lock_install() %}
    {{ return(adapter.dispatch('_lock_install', 'driftql')()) }}
{% endmacro %}

{% macro default___lock_install() %}
    {{ return('') }}
{% endmacro %}

{# With "if not exists", the second of two transactions that create the same name fails. It stands in a block (_write_together).
   https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS #}
{% macro postgres___lock_install() %}
    {{ return('perform pg_advisory_xact_lock(7406837)') }}
{% endmacro %}

{# Redshift has no such locks. https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html #}
{% macro redshift___lock_install() %}
    {{ return('') }}
{% endmacro %}

{#
  Whether the engine reads a whole row for any column of it. Then one scan has to serve all features; where columns are
  stored apart, each feature is read by itself.
#}
{% macro reads_rows() %}
    {{ return(adapter.dispatch('reads_rows', 'driftql')()) }}
{% endmacro %}

{% macro default__reads_rows() -%}
    {{ return(false) }}
{%- endmacro %}

{# A table is a heap of whole rows. https://www.postgresql.org/docs/current/storage-page-layout.html #}
{% macro postgres__reads_rows() -%}
    {{ return(true) }}
{%- endmacro %}

{# Its tables are stored by column. https://docs.aws.amazon.com/redshift/latest/dg/c_columnar_storage_disk_mem_mgmnt.html #}
{% macro redshift__reads_rows() -%}
    {{ return(false) }}
{%- endmacro %}

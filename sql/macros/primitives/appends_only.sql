{#
  Whether rows of a table can be added, but neither changed nor deleted. Then the queue is a log: an answer is a further
  row about the same request, and driftql.queue_state tells what is true now.
#}
{% macro appends_only() %}
    {{ return(adapter.dispatch('appends_only', 'driftql')()) }}
{% endmacro %}

{% macro default__appends_only() -%}
    {{ return(false) }}
{%- endmacro %}

{# Its tables are Delta tables. https://docs.databricks.com/aws/en/sql/language-manual/delta-update #}
{% macro databricks__appends_only() -%}
    {{ return(false) }}
{%- endmacro %}

{# Its own formats, Parquet among them, have no UPDATE and no DELETE. https://spark.apache.org/docs/latest/sql-ref-syntax.html#dml-statements #}
{% macro spark__appends_only() -%}
    {{ return(true) }}
{%- endmacro %}

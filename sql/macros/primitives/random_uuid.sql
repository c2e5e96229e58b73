{#
  A fresh random UUID for every row, as text.
#}
{% macro random_uuid() %}
    {{ return(adapter.dispatch('random_uuid', 'driftql')()) }}
{% endmacro %}

{% macro default__random_uuid() -%}
cast(gen_random_uuid() as varchar)
{%- endmacro %}

{# https://cloud.google.com/bigquery/docs/reference/standard-sql/utility-functions#generate_uuid #}
{% macro bigquery__random_uuid() -%}
generate_uuid()
{%- endmacro %}

{# https://clickhouse.com/docs/sql-reference/functions/uuid-functions #}
{% macro clickhouse__random_uuid() -%}
toString(generateUUIDv4())
{%- endmacro %}

{# Redshift has no UUID function; hashes of random numbers take its place. https://docs.aws.amazon.com/redshift/latest/dg/r_RANDOM.html #}
{% macro redshift__random_uuid() -%}
{%- for first, length in [[1, 8], [9, 4], [13, 4], [17, 4], [21, 12]] -%}
    {{ " || '-' || " if not loop.first }}substring(md5(cast(random() as varchar) || cast(random() as varchar)), {{ first }}, {{ length }})
{%- endfor -%}
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/uuid_string #}
{% macro snowflake__random_uuid() -%}
uuid_string()
{%- endmacro %}

{# https://spark.apache.org/docs/latest/api/sql/index.html#uuid #}
{% macro spark__random_uuid() -%}
uuid()
{%- endmacro %}

{# https://trino.io/docs/current/functions/uuid.html #}
{% macro trino__random_uuid() -%}
cast(uuid() as varchar)
{%- endmacro %}

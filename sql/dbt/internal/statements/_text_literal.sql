{# Write a text as a literal. A NUL is left out: PostgreSQL refuses it. #}
{% macro _text_literal(value) %}
    {{ return(adapter.dispatch('_text_literal', 'driftql')(value | string | replace('\0', ''))) }}
{% endmacro %}

{% macro default___text_literal(value) %}
    {{ return("'" ~ value | replace("'", "''") ~ "'") }}
{% endmacro %}

{# A backslash begins an escape, and a text cannot span lines.
   https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#escape_sequences #}
{% macro bigquery___text_literal(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "\\'") | replace('\n', '\\n') ~ "'") }}
{% endmacro %}

{# A backslash begins an escape. https://clickhouse.com/docs/sql-reference/syntax#string #}
{% macro clickhouse___text_literal(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{% endmacro %}

{# A backslash begins an escape, as in PostgreSQL 8. https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html #}
{% macro redshift___text_literal(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{% endmacro %}

{# A backslash begins an escape.
   https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants #}
{% macro snowflake___text_literal(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{% endmacro %}

{# A backslash begins an escape, and '' joins two texts.
   https://spark.apache.org/docs/latest/sql-ref-literals.html#string-literal #}
{% macro spark___text_literal(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{% endmacro %}

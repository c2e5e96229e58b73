{#
  Running statements. Results come back as a list of dictionaries with names in lower case; numbers of the database's
  decimal types become floats, as JSON has them, and NaN or infinities become none.
#}
{% macro rows_of(sql, statements=none, name='query') %}
    {%- set started = modules.datetime.datetime.now() -%}
    {%- set table = run_query(sql) -%}
    {%- set rows = [] -%}
    {%- for row in table.rows -%}
        {%- set values = {} -%}
        {%- for column in table.column_names -%}
            {%- do values.update({column | lower: driftql.plain_value(row[loop.index0])}) -%}
        {%- endfor -%}
        {%- do rows.append(values) -%}
    {%- endfor -%}
    {%- if statements is not none -%}
        {%- set seconds = (modules.datetime.datetime.now() - started).total_seconds() -%}
        {%- do statements.append({'name': name, 'sql': sql | trim, 'seconds': seconds, 'rows': rows | length}) -%}
    {%- endif -%}
    {{ return(rows) }}
{% endmacro %}


{% macro plain_value(value) %}
    {%- if value is none or value is boolean or value is integer or value is not number -%}
        {{ return(value) }}
    {%- endif -%}
    {%- set number = value | float -%}
    {#- Infinity less itself is NaN, which is not 0 either. -#}
    {{ return(number if number - number == 0 else none) }}
{% endmacro %}


{# Run a statement that returns nothing; it joins the transaction that is open, if one is. #}
{% macro execute_sql(sql) %}
    {%- if sql | trim -%}
        {%- call statement('driftql_statement', auto_begin=false) -%}
            {{ sql }}
        {%- endcall -%}
    {%- endif -%}
{% endmacro %}


{# A text as a literal. #}
{% macro text_value(value) %}
    {{ return(adapter.dispatch('text_value', 'driftql')(value | string | replace('\0', ''))) }}
{% endmacro %}

{% macro default__text_value(value) %}
    {{ return("'" ~ value | replace("'", "''") ~ "'") }}
{% endmacro %}

{# A backslash begins an escape. https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical#escape_sequences #}
{% macro bigquery__text_value(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "\\'") | replace('\n', '\\n') ~ "'") }}
{% endmacro %}

{# https://clickhouse.com/docs/sql-reference/syntax#string #}
{% macro clickhouse__text_value(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{% endmacro %}

{# https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html: as Postgres 8, which reads \ as an escape #}
{% macro redshift__text_value(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{% endmacro %}

{# https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants #}
{% macro snowflake__text_value(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "''") ~ "'") }}
{% endmacro %}

{# https://spark.apache.org/docs/latest/sql-ref-literals.html#string-literal #}
{% macro spark__text_value(value) %}
    {{ return("'" ~ value | replace('\\', '\\\\') | replace("'", "\\'") ~ "'") }}
{% endmacro %}


{# A number as a literal of type double: with an exponent, which no engine takes for a decimal. #}
{% macro double_value(value) %}
    {%- set text = value | float | string -%}
    {{ return(text if 'e' in text else text ~ 'e0') }}
{% endmacro %}


{# Any value as a literal for a row of the history: none, a truth, a moment, a number or a text. #}
{% macro history_value(value) %}
    {%- if value is none -%}
        {{ return('null') }}
    {%- elif value is boolean -%}
        {{ return('true' if value else 'false') }}
    {%- elif value is integer -%}
        {{ return(value | string) }}
    {%- elif value is number -%}
        {{ return(driftql.double_value(value)) }}
    {%- elif value is string -%}
        {{ return(driftql.text_value(value)) }}
    {%- else -%}
        {{ return(driftql.moment_value(value)) }}
    {%- endif -%}
{% endmacro %}


{# A moment, in UTC and without a zone, as a literal. #}
{% macro moment_value(moment) %}
    {{ return(driftql.timestamp_value("'" ~ moment.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'")) }}
{% endmacro %}

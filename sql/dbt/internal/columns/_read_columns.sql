{#
  Return the columns of a relation as dictionaries of `name`, `type` and `kind`: integer, float, decimal, boolean, timestamp,
  timestamptz, date, text, list or other.

  relation  a relation, or what stands after `from` in its place
#}
{% macro _read_columns(relation) %}
    {%- if relation is string -%}
        {%- set found = adapter.get_column_schema_from_query('select * from ' ~ relation ~ ' where 1 = 0') -%}
    {%- else -%}
        {%- set found = adapter.get_columns_in_relation(relation) -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in found -%}
        {%- set type = column.dtype | string -%}
        {%- do columns.append({'name': column.name, 'type': type, 'kind': driftql._column_kind(type | lower)}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{# Return what a type of any engine holds. #}
{% macro _column_kind(type) %}
    {%- set plain = type.split('(')[0] | trim -%}
    {%- if plain == 'nullable' or plain == 'lowcardinality' -%}
        {{ return(driftql._column_kind(type[plain | length + 1:-1])) }}
    {%- elif type == 'array' or type.endswith('[]') or plain.startswith('array') -%}
        {{ return('list') }}
    {%- elif plain in (
        'tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint', 'uhugeint',
        'int2', 'int4', 'int8', 'int16', 'int32', 'int64', 'int128', 'uint8', 'uint16', 'uint32', 'uint64', 'byteint'
    ) -%}
        {{ return('integer') }}
    {%- elif plain in ('double', 'double precision', 'float', 'real', 'float4', 'float8', 'float32', 'float64') -%}
        {{ return('float') }}
    {%- elif plain in ('decimal', 'numeric', 'number', 'bignumeric', 'fixed') -%}
        {{ return('decimal') }}
    {%- elif plain in ('boolean', 'bool') -%}
        {{ return('boolean') }}
    {%- elif plain == 'date' -%}
        {{ return('date') }}
    {%- elif plain in ('timestamptz', 'timestamp_tz', 'timestamp_ltz')
            or 'with time zone' in type or 'with local time zone' in type -%}
        {{ return('timestamptz') }}
    {%- elif plain == 'timestamp' and target.type in ('bigquery', 'databricks', 'spark') -%}
        {{ return('timestamptz') }}
    {%- elif plain.startswith('timestamp') or plain.startswith('datetime') -%}
        {{ return('timestamp') }}
    {%- elif plain in (
        'varchar', 'text', 'string', 'character varying', 'character', 'char', 'bpchar', 'enum', 'uuid', 'nvarchar'
    ) -%}
        {{ return('text') }}
    {%- endif -%}
    {{ return('other') }}
{% endmacro %}

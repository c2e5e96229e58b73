{#
  Columns and their roles. A column is a dictionary of `name`, `type` and `kind`: integer, float, decimal, boolean,
  timestamp, timestamptz, date, text, list or other.
#}
{% macro columns_of(relation) %}
    {%- if relation is string -%}
        {#- A generic test with `where` gets a query in place of a relation. -#}
        {%- set found = adapter.get_column_schema_from_query('select * from ' ~ relation ~ ' where 1 = 0') -%}
    {%- else -%}
        {%- set found = adapter.get_columns_in_relation(relation) -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in found -%}
        {%- do columns.append({'name': column.name, 'type': column.dtype | string, 'kind': driftql.kind_of(column.dtype | string | lower)}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{% macro kind_of(dtype) %}
    {%- set plain = dtype.split('(')[0] | trim -%}
    {%- if plain == 'nullable' or plain == 'lowcardinality' -%}
        {{ return(driftql.kind_of(dtype[plain | length + 1:-1])) }}
    {%- elif dtype == 'array' or dtype.endswith('[]') or plain.startswith('array') -%}
        {{ return('list') }}
    {%- elif plain in ('tinyint', 'smallint', 'integer', 'int', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint',
            'uhugeint', 'int2', 'int4', 'int8', 'int16', 'int32', 'int64', 'int128', 'uint8', 'uint16', 'uint32', 'uint64', 'byteint') -%}
        {{ return('integer') }}
    {%- elif plain in ('double', 'double precision', 'float', 'real', 'float4', 'float8', 'float32', 'float64') -%}
        {{ return('float') }}
    {%- elif plain in ('decimal', 'numeric', 'number', 'bignumeric', 'fixed') -%}
        {{ return('decimal') }}
    {%- elif plain in ('boolean', 'bool') -%}
        {{ return('boolean') }}
    {%- elif plain == 'date' -%}
        {{ return('date') }}
    {%- elif plain in ('timestamptz', 'timestamp_tz', 'timestamp_ltz') or 'with time zone' in dtype or 'with local time zone' in dtype -%}
        {{ return('timestamptz') }}
    {%- elif plain == 'timestamp' and target.type in ('bigquery', 'databricks', 'spark') -%}
        {{ return('timestamptz') }}
    {%- elif plain.startswith('timestamp') or plain.startswith('datetime') -%}
        {{ return('timestamp') }}
    {%- elif plain in ('varchar', 'text', 'string', 'character varying', 'character', 'char', 'bpchar', 'enum', 'uuid', 'nvarchar') -%}
        {{ return('text') }}
    {%- endif -%}
    {{ return('other') }}
{% endmacro %}


{# The column of a name, exactly or but for capitals; without `what`, none where there is none. #}
{% macro find_column(name, columns, what, source) %}
    {%- set folded = [] -%}
    {%- for column in columns if column['name'] | lower == name | string | lower -%}
        {%- do folded.insert(0 if column['name'] == name else folded | length, column) -%}
    {%- endfor -%}
    {%- if folded -%}
        {{ return(folded[0]) }}
    {%- elif what -%}
        {%- set near = driftql.nearest_of(name, columns | map(attribute='name') | list) -%}
        {{ driftql.check_error(source ~ " has no column '" ~ name ~ "' for " ~ what ~ ("; did you mean '" ~ near ~ "'?" if near else "")) }}
    {%- endif -%}
    {{ return(none) }}
{% endmacro %}


{% macro named_columns(pattern, columns) %}
    {%- set found = [] -%}
    {%- for column in columns if column['name'] == pattern -%}
        {%- do found.append(column) -%}
    {%- endfor -%}
    {%- if not found -%}
        {%- set expression = '^' ~ modules.re.escape(pattern | string | lower) | replace('\\*', '.*') | replace('\\?', '.') ~ '$' -%}
        {%- for column in columns if modules.re.match(expression, column['name'] | lower) -%}
            {%- do found.append(column) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}


{#
  Which column plays which role, and which are features.

  ref, cur  dictionaries of `columns`, `source` (what to call it) and `sql` (what to select from)
#}
{% macro check_layout(settings, ref, cur, statements) %}
    {%- set layout = {'unusable': []} -%}
    {%- set options = {
        'user': ['user', 'user_id'], 'bucket_start': ['time_column', 'bucket_start_ts'], 'bucket_end': ['time_end', 'bucket_end_ts'],
        'label': ['label', 'predicted_label'], 'confidence': ['confidence', 'confidence'], 'schema_version': ['schema_version', 'schema_version']
    } -%}
    {%- for role, names in options.items() -%}
        {%- set wanted = settings[names[0]] -%}
        {%- set what = "the option '" ~ names[0] ~ "'" if wanted is not none else none -%}
        {%- set column = driftql.find_column(wanted or names[1], ref['columns'], what, ref['source']) -%}
        {%- set other = driftql.find_column(wanted or names[1], cur['columns'], what, cur['source']) -%}
        {%- do layout.update({role: column if column is not none and other is not none else none}) -%}
    {%- endfor -%}
    {%- for role in ('bucket_start', 'bucket_end') if layout[role] is not none and layout[role]['kind'] not in ('timestamp', 'timestamptz', 'date', 'text') -%}
        {{ driftql.check_error("the column '" ~ layout[role]['name'] ~ "' of " ~ ref['source'] ~ " is " ~ layout[role]['type'] ~ ", but '" ~ options[role][0] ~ "' needs a timestamp, a date or ISO text") }}
    {%- endfor -%}
    {%- do layout.update({'probabilities': driftql.probability_columns(settings['probabilities'], ref, cur, statements)}) -%}
    {%- set taken = layout['probabilities'] | map(attribute='name') | list -%}
    {%- for role in options if layout[role] is not none -%}
        {%- do taken.append(layout[role]['name']) -%}
    {%- endfor -%}
    {%- set numbers = ('integer', 'float', 'decimal', 'boolean') -%}
    {%- set excluded = [] -%}
    {%- for pattern in settings['exclude'] -%}
        {%- do excluded.extend(driftql.named_columns(pattern, ref['columns']) | map(attribute='name')) -%}
    {%- endfor -%}
    {%- set chosen = [] -%}
    {%- if settings['features'] == 'auto' -%}
        {%- for column in ref['columns'] if column['kind'] in numbers and column['name'] not in taken and column['name'] not in excluded -%}
            {%- set folded = column['name'] | lower -%}
            {%- if folded not in ('id', 'uuid', 'rowid') and not folded.endswith('_id') and not column['name'].endswith('Id') -%}
                {%- set other = driftql.find_column(column['name'], cur['columns'], none, cur['source']) -%}
                {%- if other is none -%}
                    {%- do layout['unusable'].append([column['name'], cur['source'] ~ ' has no column of this name']) -%}
                {%- elif other['kind'] not in numbers -%}
                    {%- do layout['unusable'].append([column['name'], 'it is ' ~ other['type'] ~ ' in ' ~ cur['source'] ~ ', not a number']) -%}
                {%- else -%}
                    {%- do chosen.append(column) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {%- for pattern in ([settings['features']] if settings['features'] is string else settings['features']) -%}
            {%- set matched = driftql.named_columns(pattern, ref['columns']) or [driftql.find_column(pattern, ref['columns'], 'a feature', ref['source'])] -%}
            {%- set is_glob = matched | length != 1 or matched[0]['name'] != pattern -%}
            {%- for column in matched if column not in chosen and column['name'] not in excluded and not (is_glob and column['kind'] not in numbers) -%}
                {%- for candidate, source in [[column, ref['source']], [driftql.find_column(column['name'], cur['columns'], 'a feature', cur['source']), cur['source']]]
                        if candidate['kind'] not in numbers -%}
                    {{ driftql.check_error("the feature '" ~ candidate['name'] ~ "' of " ~ source ~ " is " ~ candidate['type'] ~ "; a feature is a number or a boolean") }}
                {%- endfor -%}
                {%- do chosen.append(column) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set features = [] -%}
    {%- for column in chosen -%}
        {%- set kinds = [column['kind'], driftql.find_column(column['name'], cur['columns'], none, cur['source'])['kind']] -%}
        {%- set wider = 'float' if 'float' in kinds else 'decimal' if 'decimal' in kinds else 'integer' if 'integer' in kinds else 'boolean' -%}
        {%- set quoted = adapter.quote(column['name']) -%}
        {%- if kinds[0] != kinds[1] and wider != 'integer' -%}
            {%- set value = driftql.as_double(quoted) -%}
        {%- else -%}
            {%- set value = 'cast(' ~ quoted ~ ' as integer)' if 'boolean' in kinds else quoted -%}
        {%- endif -%}
        {%- do features.append({'name': column['name'], 'value': value | trim, 'is_float': 1 if wider == 'float' else 0}) -%}
    {%- endfor -%}
    {%- do layout.update({'features': features}) -%}
    {{ return(layout) }}
{% endmacro %}


{# The class probabilities: those named, or a list column or columns of conventional names that sum to 1. #}
{% macro probability_columns(wanted, ref, cur, statements) %}
    {%- set chosen = [] -%}
    {%- if wanted is not none -%}
        {%- for pattern in ([wanted] if wanted is string else wanted) -%}
            {%- for column in driftql.named_columns(pattern, ref['columns']) or [driftql.find_column(pattern, ref['columns'], "the option 'probabilities'", ref['source'])] -%}
                {%- do driftql.find_column(column['name'], cur['columns'], "the option 'probabilities'", cur['source']) -%}
                {%- do chosen.append(column) if column not in chosen -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for column in chosen if column['kind'] not in ('float', 'decimal', 'integer', 'list') or (column['kind'] == 'list' and chosen | length > 1) -%}
            {{ driftql.check_error("the probabilities are either one list column or one number column a class; '" ~ column['name'] ~ "' of " ~ ref['source'] ~ " is " ~ column['type']) }}
        {%- endfor -%}
        {{ return(chosen) }}
    {%- endif -%}
    {%- for column in ref['columns'] if column['kind'] == 'list' and column['name'] | lower in ('probabilities', 'probs') -%}
        {%- do chosen.append(column) if not chosen and driftql.find_column(column['name'], cur['columns'], none, '') is not none -%}
    {%- endfor -%}
    {%- if chosen -%}
        {{ return(chosen) }}
    {%- endif -%}
    {%- for column in cur['columns'] if column['kind'] in ('float', 'decimal') and modules.re.match('(p|prob|proba|probability)_', column['name'] | lower) -%}
        {%- do chosen.append(column) if driftql.find_column(column['name'], ref['columns'], none, '') is not none -%}
    {%- endfor -%}
    {%- if chosen | length > 1 -%}
        {%- set names = [] -%}
        {%- for column in chosen -%}
            {%- do names.append(adapter.quote(column['name'])) -%}
        {%- endfor -%}
        {%- set looked = driftql.rows_of(driftql.probability_sums(cur['sql'], names, 10000), statements, 'probability_sums')[0] -%}
        {%- if looked['complete_rows'] and looked['sound_rows'] >= 0.99 * looked['complete_rows'] -%}
            {{ return(chosen) }}
        {%- endif -%}
    {%- endif -%}
    {{ return([]) }}
{% endmacro %}


{# A time column as a timestamp in UTC without a zone. #}
{% macro utc_of(column) %}
    {%- set quoted = adapter.quote(column['name']) -%}
    {%- if column['kind'] == 'timestamp' -%}
        {{ return(quoted) }}
    {%- elif column['kind'] == 'text' -%}
        {{ return(driftql.utc_timestamp(driftql.instant_of_text(quoted), 1) | trim) }}
    {%- endif -%}
    {{ return(driftql.utc_timestamp(quoted, 1 if column['kind'] == 'timestamptz' else 0) | trim) }}
{% endmacro %}


{# The row's confidence as an expression, or '' where the table has none. #}
{% macro confidence_of(layout) %}
    {%- if layout['confidence'] is none and not layout['probabilities'] -%}
        {{ return('') }}
    {%- endif -%}
    {%- set column = adapter.quote(layout['confidence']['name']) if layout['confidence'] is not none else '' -%}
    {{ return(driftql.row_confidence(column, driftql.quoted_probabilities(layout), driftql.is_list_of(layout)) | trim) }}
{% endmacro %}


{% macro quoted_probabilities(layout) %}
    {%- set names = [] -%}
    {%- for column in layout['probabilities'] -%}
        {%- do names.append(adapter.quote(column['name'])) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}


{% macro is_list_of(layout) %}
    {{ return(1 if layout['probabilities'] and layout['probabilities'][0]['kind'] == 'list' else 0) }}
{% endmacro %}

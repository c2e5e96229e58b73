{#
  Find the features: those that `features` names, or every number without a role whose name is not an identifier's.

  taken  names of the columns that have a role

  Returns two lists: the features as dictionaries of `name`, `value` (an expression) and `is_float` (1 or 0); and [name,
  reason] of each column that would be a feature if the current relation had it as a number.
#}
{% macro _choose_features(settings, ref, cur, taken) %}
    {%- set numbers = ('integer', 'float', 'decimal', 'boolean') -%}
    {%- set excluded = [] -%}
    {%- for pattern in settings['exclude'] -%}
        {%- do excluded.extend(driftql._match_columns(pattern, ref['columns']) | map(attribute='name')) -%}
    {%- endfor -%}
    {%- set chosen = [] -%}
    {%- set unusable = [] -%}
    {%- if settings['features'] == 'auto' -%}
        {%- for column in ref['columns']
                if column['kind'] in numbers and column['name'] not in taken and column['name'] not in excluded
                and not driftql._is_identifier(column['name']) -%}
            {%- set cur_column = driftql._find_column(column['name'], cur['columns'], none, cur['source']) -%}
            {%- if cur_column is none -%}
                {%- do unusable.append([column['name'], cur['source'] ~ ' has no column of this name']) -%}
            {%- elif cur_column['kind'] not in numbers -%}
                {%- set reason = 'it is ' ~ cur_column['type'] ~ ' in ' ~ cur['source'] ~ ', not a number' -%}
                {%- do unusable.append([column['name'], reason]) -%}
            {%- else -%}
                {%- do chosen.append(column) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {%- for pattern in ([settings['features']] if settings['features'] is string else settings['features']) -%}
            {%- set matched = driftql._match_columns(pattern, ref['columns'])
                or [driftql._find_column(pattern, ref['columns'], 'a feature', ref['source'])] -%}
            {%- set is_glob = matched | length != 1 or matched[0]['name'] != pattern -%}
            {%- for column in matched
                    if column not in chosen and column['name'] not in excluded
                    and (column['kind'] in numbers or not is_glob) -%}
                {%- set cur_column = driftql._find_column(column['name'], cur['columns'], 'a feature', cur['source']) -%}
                {%- for candidate, source in [[column, ref['source']], [cur_column, cur['source']]]
                        if candidate['kind'] not in numbers -%}
                    {{ driftql._raise_error(
                        "the feature '" ~ candidate['name'] ~ "' of " ~ source ~ " is " ~ candidate['type']
                        ~ "; a feature is a number or a boolean"
                    ) }}
                {%- endfor -%}
                {%- do chosen.append(column) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set features = [] -%}
    {%- for column in chosen -%}
        {%- set cur_column = driftql._find_column(column['name'], cur['columns'], none, cur['source']) -%}
        {%- do features.append(driftql._feature(column, cur_column)) -%}
    {%- endfor -%}
    {{ return([features, unusable]) }}
{% endmacro %}


{# Return whether a name is that of an identifier, whose numbers mean nothing. #}
{% macro _is_identifier(name) %}
    {%- set folded = name | lower -%}
    {{ return(folded in ('id', 'uuid', 'rowid') or folded.endswith('_id') or name.endswith('Id')) }}
{% endmacro %}


{# Return a feature whose value has one type in both windows. #}
{% macro _feature(ref_column, cur_column) %}
    {%- set kinds = [ref_column['kind'], cur_column['kind']] -%}
    {%- set wider = ['float', 'decimal', 'integer', 'boolean'] | select('in', kinds) | first -%}
    {%- set quoted = adapter.quote(ref_column['name']) -%}
    {%- if kinds[0] != kinds[1] and wider != 'integer' -%}
        {%- set value = driftql.as_double(quoted) -%}
    {%- else -%}
        {%- set value = 'cast(' ~ quoted ~ ' as integer)' if 'boolean' in kinds else quoted -%}
    {%- endif -%}
    {{ return({'name': ref_column['name'], 'value': value | trim, 'is_float': 1 if wider == 'float' else 0}) }}
{% endmacro %}

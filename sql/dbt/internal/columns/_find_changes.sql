{#
  List the columns that one relation lacks or has in another family of types, as Python's report has them: dictionaries of column,
  change (vanished, added or retyped), ref_type, cur_type, role and severity. Returns none where both windows are of one relation.

  pairs     the columns of both relations: see _pair_columns
  layout    what _choose_columns has found
  excluded  names of the columns that the settings exclude
#}
{% macro _find_changes(settings, pairs, layout, excluded, ref, cur) %}
    {%- if ref['sql'] == cur['sql'] -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set roles, lost = driftql._names_by_role(layout), layout['lost_roles'].keys() | list -%}
    {%- do lost.extend(layout['unusable'] | map('first')) -%}
    {%- set compared = layout['features'] | map(attribute='name') | list -%}
    {%- set asked = none if settings['features'] == 'auto' else [] -%}
    {%- if asked is not none -%}
        {%- for pattern in ([settings['features']] if settings['features'] is string else settings['features']) -%}
            {%- do asked.extend(driftql._match_columns(pattern, pairs) | map(attribute='name')) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set changes = [] -%}
    {%- for pair in pairs if driftql._has_changed(pair, pairs) and pair['name'] not in excluded -%}
        {%- set name = pair['name'] -%}
        {%- set role = roles.get(name) or ('feature' if name in lost or name in compared else none) -%}
        {%- set change = {'current': 'added', 'reference': 'vanished'}.get(pair['only'], 'retyped') -%}
        {%- set severity = 'critical' if role and (name in lost or pair['only']) else 'warning' -%}
        {%- if change == 'added' -%}
            {%- set severity = 'warning' if settings['schema'] == 'strict' else none -%}
        {%- endif -%}
        {%- if asked is none or name in asked or name in roles -%}
            {%- do changes.append({
                'column': name,
                'change': change,
                'ref_type': pair['ref']['type'] if pair['ref'] is not none else none,
                'cur_type': pair['cur']['type'] if pair['cur'] is not none else none,
                'role': role,
                'severity': severity
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(changes) }}
{% endmacro %}


{# Return the names of the columns that play a role, or would if both windows had them, each with its role. #}
{% macro _names_by_role(layout) %}
    {%- set roles = dict(layout['lost_roles']) -%}
    {%- for column in layout['probabilities'] -%}
        {%- do roles.update({column['name']: 'probabilities'}) -%}
    {%- endfor -%}
    {%- for column in layout['row_id'] -%}
        {%- do roles.update({column['name']: 'row_id'}) -%}
    {%- endfor -%}
    {%- for role in ('user', 'bucket_start', 'bucket_end', 'label', 'confidence', 'schema_version') if layout[role] is not none -%}
        {%- do roles.update({layout[role]['name']: role}) -%}
    {%- endfor -%}
    {{ return(roles) }}
{% endmacro %}


{#
  Return whether only one relation has a column, or each in another family of types. Of columns that differ by capitals only, nobody
  can tell which became which.
#}
{% macro _has_changed(pair, pairs) %}
    {%- if pair['only'] is none -%}
        {{ return(driftql._type_family(pair['ref']) != driftql._type_family(pair['cur'])) }}
    {%- endif -%}
    {%- for other in pairs if other['only'] not in (none, pair['only']) and other['name'] | lower == pair['name'] | lower -%}
        {{ return(false) }}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}


{# Return the family of a column's type: number, text, time, list or other. #}
{% macro _type_family(column) %}
    {{ return({
        'boolean': 'number', 'integer': 'number', 'decimal': 'number', 'float': 'number', 'timestamp': 'time',
        'timestamptz': 'time', 'date': 'time'
    }.get(column['kind'], column['kind'])) }}
{% endmacro %}

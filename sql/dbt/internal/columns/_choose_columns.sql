{#
  Find which column plays which role, and which columns are features. It starts from the columns of both relations, so that
  none is dropped in silence.

  ref, cur    dictionaries of `columns`, `source` (what to call it) and `sql` (what stands after `from`)
  statements  a list; what is asked of the database is added to it

  Returns a dictionary: one column or none for each of user, bucket_start, bucket_end, label, confidence and schema_version;
  `row_id` (columns of the current relation), `probabilities` (columns), `probability_names` (quoted), `is_list` (1 or 0);
  `features`, scores included; `categories` (see _choose_categories); `ref_extras` and `cur_extras` (see _extra_columns); and
  what is not compared: `unusable`
  ([feature, reason]), `lost` ([name of a check, reason]), `lost_categories` ([feature, reason]), `left_out` (columns that the
  check does not look at, as dictionaries
  of `column`, `reason` and `window`, the only window that has the column, or none), `not_chosen` (how many columns a list of
  features does not name) and `warnings`; `lost_roles` (names of columns that play a role by their names, but not in both
  relations or not with their type, each with the role), `changes` (see _find_changes) and `bases` (ref and cur).
#}
{% macro _choose_columns(settings, ref, cur, statements) %}
    {%- set pairs = driftql._pair_columns(ref, cur) -%}
    {%- set notes = {
        'unusable': [], 'lost': [], 'lost_categories': [], 'left_out': [], 'warnings': [], 'only_current': [], 'not_chosen': 0,
        'lost_roles': {}
    } -%}
    {%- set excluded = driftql._excluded_names(settings['exclude'], pairs, notes) -%}
    {%- set layout = {} -%}
    {#- Role: the option that names its column, and the conventional name. -#}
    {%- set options = {
        'user': ['user', 'user_id'],
        'bucket_start': ['time_column', 'bucket_start_ts'],
        'bucket_end': ['time_end', 'bucket_end_ts'],
        'label': ['label', 'predicted_label'],
        'confidence': ['confidence', 'confidence'],
        'schema_version': ['schema_version', 'schema_version']
    } -%}
    {%- for role, (option, conventional) in options.items() -%}
        {%- if settings[option] is not none -%}
            {%- do layout.update({role: driftql._named_role(role, option, settings[option], ref, cur, notes)}) -%}
        {%- else -%}
            {%- do layout.update({role: driftql._conventional_role(role, conventional, pairs, excluded, ref, cur, notes)}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for role in ('bucket_start', 'bucket_end') if layout[role] is not none -%}
        {%- do driftql._refuse_zone_of_text(layout[role], settings['timezone'], cur) -%}
        {%- do layout[role].update({'zone': settings['timezone']}) -%}
    {%- endfor -%}
    {%- do layout.update({'row_id': driftql._row_id_columns(settings['row_id'], cur)}) -%}
    {%- set probabilities = driftql._choose_probabilities(
        settings['probabilities'], pairs, excluded, ref, cur, notes, statements
    ) -%}
    {%- set names = [] -%}
    {%- for column in probabilities -%}
        {%- do names.append(driftql._quote(column['name'])) -%}
    {%- endfor -%}
    {%- set taken = probabilities | map(attribute='name') | list -%}
    {%- for role in options if layout[role] is not none -%}
        {%- do taken.append(layout[role]['name']) -%}
    {%- endfor -%}
    {%- do taken.extend(layout['row_id'] | map(attribute='name')) -%}
    {%- set scores = {} -%}
    {%- for column in probabilities -%}
        {%- do scores.update({column['name']: 'probability'}) -%}
    {%- endfor -%}
    {%- do scores.update({layout['confidence']['name']: 'confidence'}) if layout['confidence'] is not none -%}
    {%- set settled = taken + excluded + notes['left_out'] | map(attribute='column') | list -%}
    {%- set categories = driftql._choose_categories(settings, pairs, excluded, settled, ref, cur, notes, statements) -%}
    {%- set features = driftql._choose_features(
        settings, pairs, taken, excluded, categories | map(attribute='name') | list, scores, ref, cur, notes
    ) -%}
    {%- do layout.update({
        'probabilities': probabilities,
        'probability_names': names,
        'is_list': 1 if probabilities and probabilities[0]['kind'] == 'list' else 0,
        'features': features,
        'categories': categories,
        'ref_extras': driftql._extra_columns('ref', pairs, notes['only_current']),
        'cur_extras': driftql._extra_columns('cur', pairs, [])
    }) -%}
    {#- In the order of the columns. -#}
    {%- set ordered = [] -%}
    {%- for pair in pairs -%}
        {%- do ordered.extend(notes['left_out'] | selectattr('column', 'equalto', pair['name'])) -%}
    {%- endfor -%}
    {%- do ordered.extend(notes['left_out'] | rejectattr('column', 'in', pairs | map(attribute='name') | list)) -%}
    {%- do layout.update(dict(notes, left_out=ordered)) -%}
    {%- do layout.update({
        'changes': driftql._find_changes(settings, pairs, layout, excluded, ref, cur), 'bases': [ref, cur]
    }) -%}
    {{ return(layout) }}
{% endmacro %}


{# Return the names of the columns that the settings exclude. #}
{% macro _excluded_names(patterns, pairs, notes) %}
    {%- set excluded = [] -%}
    {%- for pattern in patterns -%}
        {%- set matched = driftql._match_columns(pattern, pairs) -%}
        {%- do excluded.extend(matched | map(attribute='name')) -%}
        {%- do notes['warnings'].append("no column matches '" ~ pattern ~ "', which is to be excluded") if not matched -%}
    {%- endfor -%}
    {{ return(excluded) }}
{% endmacro %}


{# Find the columns whose values tell a row from all others; only the current window's are read. #}
{% macro _row_id_columns(wanted, cur) %}
    {%- set columns = [] -%}
    {%- for name in ([wanted] if wanted is string else wanted or []) -%}
        {%- set column = driftql._find_column(name, cur['columns'], "the option 'row_id'", cur['source']) -%}
        {%- if not driftql._fits_role(column, 'row_id') -%}
            {{ driftql._raise_error(
                "the column '" ~ column['name'] ~ "' of " ~ cur['source'] ~ " is " ~ column['type'] ~ ", but 'row_id' needs "
                ~ driftql._role_needs('row_id')
            ) }}
        {%- endif -%}
        {%- do columns.append(column) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}


{# Refuse a time column of text beside a time zone: some texts may name an offset and some not. #}
{% macro _refuse_zone_of_text(column, zone, cur) %}
    {%- if column['kind'] == 'text' and zone != 'UTC' -%}
        {{ driftql._raise_error(
            "the time column '" ~ column['name'] ~ "' of " ~ cur['source'] ~ " is text, of which some may name an offset and "
            ~ "some not, so it cannot be read in the time zone " ~ zone ~ ": make a view that converts it to a timestamp"
        ) }}
    {%- endif -%}
{% endmacro %}

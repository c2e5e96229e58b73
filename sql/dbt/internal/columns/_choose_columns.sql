{#
  Find which column plays which role, and which columns are features. It starts from the columns of both relations, so that
  none is dropped in silence.

  ref, cur    dictionaries of `columns`, `source` (what to call it) and `sql` (what stands after `from`)
  statements  a list; what is asked of the database is added to it

  Returns a dictionary: one column or none for each of user, bucket_start, bucket_end, label, confidence and schema_version;
  `probabilities` (columns), `probability_names` (quoted), `is_list` (1 or 0); `features`, the compared scores among them;
  `ref_extras` and `cur_extras` (see _extra_columns); and what is not compared: `unusable` ([feature, reason]), `lost` ([name of a
  check, reason]), `left_out` (columns that the check does not look at, as dictionaries of `column`, `reason` and `window`, the
  only window that has the column, or none), `not_chosen` (how many columns a list of features does not name) and `warnings`.
#}
{% macro _choose_columns(settings, ref, cur, statements) %}
    {%- set pairs = driftql._pair_columns(ref, cur) -%}
    {%- set notes = {'unusable': [], 'lost': [], 'left_out': [], 'warnings': [], 'only_current': [], 'not_chosen': 0} -%}
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
    {%- set scores = {} -%}
    {%- for column in probabilities -%}
        {%- do scores.update({column['name']: 'probability'}) -%}
    {%- endfor -%}
    {%- do scores.update({layout['confidence']['name']: 'confidence'}) if layout['confidence'] is not none -%}
    {%- set features = driftql._choose_features(settings, pairs, taken, excluded, scores, ref, cur, notes) -%}
    {%- do layout.update({
        'probabilities': probabilities,
        'probability_names': names,
        'is_list': 1 if probabilities and probabilities[0]['kind'] == 'list' else 0,
        'features': features,
        'ref_extras': driftql._extra_columns('ref', pairs, notes['only_current']),
        'cur_extras': driftql._extra_columns('cur', pairs, [])
    }) -%}
    {%- do layout.update(notes) -%}
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

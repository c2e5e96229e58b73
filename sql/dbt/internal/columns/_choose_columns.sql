{#
  Find which column plays which role, and which columns are features.

  ref, cur    dictionaries of `columns`, `source` (what to call it) and `sql` (what stands after `from`)
  statements  a list; what is asked of the database is added to it

  Returns a dictionary: one column or none for each of user, bucket_start, bucket_end, label, confidence and schema_version;
  `probabilities` (columns), `probability_names` (quoted), `is_list` (1 or 0); `features` and `unusable` (see _choose_features).
#}
{% macro _choose_columns(settings, ref, cur, statements) %}
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
        {%- set wanted = settings[option] -%}
        {%- set what = "the option '" ~ option ~ "'" if wanted is not none else none -%}
        {%- set ref_column = driftql._find_column(wanted or conventional, ref['columns'], what, ref['source']) -%}
        {%- set cur_column = driftql._find_column(wanted or conventional, cur['columns'], what, cur['source']) -%}
        {%- do layout.update({role: ref_column if ref_column is not none and cur_column is not none else none}) -%}
    {%- endfor -%}
    {%- for role in ('bucket_start', 'bucket_end') if layout[role] is not none -%}
        {%- if layout[role]['kind'] not in ('timestamp', 'timestamptz', 'date', 'text') -%}
            {{ driftql._raise_error(
                "the column '" ~ layout[role]['name'] ~ "' of " ~ ref['source'] ~ " is " ~ layout[role]['type'] ~ ", but '"
                ~ options[role][0] ~ "' needs a timestamp, a date or ISO text"
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {%- set probabilities = driftql._choose_probabilities(settings['probabilities'], ref, cur, statements) -%}
    {%- set names = [] -%}
    {%- for column in probabilities -%}
        {%- do names.append(adapter.quote(column['name'])) -%}
    {%- endfor -%}
    {%- set taken = probabilities | map(attribute='name') | list -%}
    {%- for role in options if layout[role] is not none -%}
        {%- do taken.append(layout[role]['name']) -%}
    {%- endfor -%}
    {%- set features, unusable = driftql._choose_features(settings, ref, cur, taken) -%}
    {%- do layout.update({
        'probabilities': probabilities,
        'probability_names': names,
        'is_list': 1 if probabilities and probabilities[0]['kind'] == 'list' else 0,
        'features': features,
        'unusable': unusable
    }) -%}
    {{ return(layout) }}
{% endmacro %}

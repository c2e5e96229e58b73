{#
  Find the features: those that `features` names, or every number without a role whose name is not an identifier's. The scores
  of the model are compared as well, unless settings hold `with_scores` as false.

  pairs     the columns of both relations: see _pair_columns
  taken     names of the columns that have a role
  excluded  names of the columns that the settings exclude
  scores    names of the columns of the model's scores, each with what it holds: probability or confidence
  notes     what is not compared is added to it: see _choose_columns

  Returns the features as dictionaries of `name`, `role` (feature, probability or confidence), `value` (an expression) and
  `is_float` (1 or 0).
#}
{% macro _choose_features(settings, pairs, taken, excluded, scores, ref, cur, notes) %}
    {%- set chosen = [] -%}
    {%- set known = taken + excluded + notes['left_out'] | map(attribute='column') | list -%}
    {%- set compared = [] -%}
    {%- if settings.get('with_scores', true) -%}
        {%- do compared.extend(scores.keys() | reject('in', excluded)) -%}
    {%- endif -%}
    {%- if settings['features'] == 'auto' -%}
        {%- for pair in pairs -%}
            {%- if pair['name'] in compared -%}
                {%- do chosen.append(pair) if driftql._is_comparable_score(pair, ref, notes) -%}
            {%- elif pair['name'] not in known -%}
                {%- do chosen.append(pair) if driftql._is_feature(pair, true, cur, ref, notes) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {%- for pattern in ([settings['features']] if settings['features'] is string else settings['features']) -%}
            {%- set matched = driftql._match_columns(pattern, pairs) -%}
            {%- set is_glob = ('*' in pattern or '?' in pattern) and matched and matched[0]['name'] != pattern -%}
            {%- for pair in matched if is_glob and pair not in chosen and pair['name'] not in excluded -%}
                {%- do chosen.append(pair) if driftql._is_feature(pair, false, cur, ref, notes) -%}
            {%- endfor -%}
            {%- if not is_glob -%}
                {%- set pair = driftql._named_feature(pattern, ref, cur) -%}
                {%- set known = chosen | map(attribute='name') | list + excluded -%}
                {%- do chosen.append(pair) if pair['name'] not in known -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set named = chosen | map(attribute='name') | list -%}
        {%- for name in compared if name not in named -%}
            {%- set pair = pairs | selectattr('name', 'equalto', name) | first -%}
            {%- do chosen.append(pair) if driftql._is_comparable_score(pair, ref, notes) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set known = known + notes['left_out'] | map(attribute='column') | list + chosen | map(attribute='name') | list -%}
    {%- do notes.update({'not_chosen': pairs | rejectattr('name', 'in', known) | list | length}) -%}
    {%- set features = [] -%}
    {%- for pair in chosen -%}
        {%- set role = scores.get(pair['name'], 'feature') -%}
        {%- do features.append(dict(driftql._feature(pair['ref'], pair['cur']), role=role)) -%}
    {%- endfor -%}
    {{ return(features) }}
{% endmacro %}


{# Return whether a column is a feature; if it is none, say why in `notes`. by_name: the name of an identifier is none. #}
{% macro _is_feature(pair, by_name, cur, ref, notes) %}
    {%- set ref_number, cur_number = driftql._is_number(pair['ref']), driftql._is_number(pair['cur']) -%}
    {%- set unusable, reason = none, none -%}
    {%- if not ref_number and not cur_number -%}
        {%- set reason = driftql._not_numeric(pair) -%}
    {%- elif by_name and driftql._is_identifier(pair['name']) -%}
        {%- set reason = 'an identifier, by its name' -%}
    {%- elif pair['ref'] is none -%}
        {%- set reason = 'only in the current window' -%}
    {%- elif pair['cur'] is none -%}
        {%- set unusable = cur['source'] ~ ' has no column of this name' -%}
    {%- elif not cur_number -%}
        {%- set unusable = 'it is ' ~ pair['cur']['type'] ~ ' in ' ~ cur['source'] ~ ', not a number' -%}
    {%- elif not ref_number -%}
        {%- set unusable = 'it is ' ~ pair['ref']['type'] ~ ' in ' ~ ref['source'] ~ ', not a number' -%}
    {%- else -%}
        {{ return(true) }}
    {%- endif -%}
    {%- do notes['unusable'].append([pair['name'], unusable]) if unusable -%}
    {%- do notes['left_out'].append({'column': pair['name'], 'reason': unusable or reason, 'window': pair['only']}) -%}
    {{ return(false) }}
{% endmacro %}


{# Return whether a score of the model can be compared as a column; if it cannot, say why in `notes`. #}
{% macro _is_comparable_score(pair, ref, notes) %}
    {%- if (pair['cur'] or pair['ref'])['kind'] == 'list' -%}
        {%- set reason = 'of a list of probabilities, only the entropy is compared' -%}
    {%- elif pair['ref'] is none -%}
        {%- set reason = 'only in the current window' -%}
    {%- elif not driftql._is_number(pair['ref']) -%}
        {%- set reason = 'it is ' ~ pair['ref']['type'] ~ ' in ' ~ ref['source'] ~ ', not a number' -%}
    {%- else -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set others = notes['left_out'] | rejectattr('column', 'equalto', pair['name']) | list -%}
    {%- do notes.update({'left_out': others + [{'column': pair['name'], 'reason': reason, 'window': pair['only']}]}) -%}
    {{ return(false) }}
{% endmacro %}


{# Return the pair of columns of a feature that the settings name in full. #}
{% macro _named_feature(name, ref, cur) %}
    {%- set pair = {
        'ref': driftql._find_column(name, ref['columns'], 'a feature', ref['source']),
        'cur': driftql._find_column(name, cur['columns'], 'a feature', cur['source'])
    } -%}
    {%- for column, source in [[pair['ref'], ref['source']], [pair['cur'], cur['source']]] if not driftql._is_number(column) -%}
        {{ driftql._raise_error(
            "the feature '" ~ column['name'] ~ "' of " ~ source ~ " is " ~ column['type'] ~
            "; a feature is a number or a boolean, and `driftql check` compares times too"
        ) }}
    {%- endfor -%}
    {{ return(dict(pair, name=pair['ref']['name'], only=none)) }}
{% endmacro %}


{# Say why a column that is a number in no relation is no feature. #}
{% macro _not_numeric(pair) %}
    {%- set column = pair['ref'] or pair['cur'] -%}
    {%- if pair['only'] is not none -%}
        {{ return('only in the ' ~ pair['only'] ~ ' window') }}
    {%- endif -%}
    {{ return(column['type'] ~ ': ' ~ {
        'text': 'text is not compared here; `driftql check` compares it', 'list': 'a list is not a feature',
        'timestamp': 'a time is not a feature', 'timestamptz': 'a time is not a feature', 'date': 'a time is not a feature'
    }.get(column['kind'], 'it is not a number')) }}
{% endmacro %}


{# Return whether a name is that of an identifier, whose numbers mean nothing. #}
{% macro _is_identifier(name) %}
    {%- set pattern = '(id|uuid|rowid|index|level_[0-9]+|unnamed: [0-9]+|__index_level_[0-9]+__|.*_id)' -%}
    {{ return(modules.re.fullmatch(pattern, name | lower) is not none or name.endswith('Id')) }}
{% endmacro %}


{# Return a feature whose value has one type in both windows. #}
{% macro _feature(ref_column, cur_column) %}
    {%- set kinds = [ref_column['kind'], cur_column['kind']] -%}
    {%- set wider = ['float', 'decimal', 'integer', 'boolean'] | select('in', kinds) | first -%}
    {%- set quoted = driftql._quote(ref_column['name']) -%}
    {%- if kinds[0] != kinds[1] and wider != 'integer' -%}
        {%- set value = driftql.as_double(quoted) -%}
    {%- else -%}
        {%- set value = 'cast(' ~ quoted ~ ' as integer)' if 'boolean' in kinds else quoted -%}
    {%- endif -%}
    {{ return({'name': ref_column['name'], 'value': value | trim, 'is_float': 1 if wider == 'float' else 0}) }}
{% endmacro %}

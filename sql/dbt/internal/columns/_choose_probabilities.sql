{#
  Find the class probabilities: the columns named, or a list column or columns of conventional names that sum to 1, or the
  one column of the positive class.

  wanted           names and globs, or none
  pairs, excluded  see _choose_features
  notes            a conventional list that only one relation has is added to it: see _choose_columns
#}
{% macro _choose_probabilities(wanted, pairs, excluded, ref, cur, notes, statements) %}
    {%- if wanted is not none -%}
        {{ return(driftql._named_probabilities(wanted, pairs, ref, cur)) }}
    {%- endif -%}
    {%- set lost = [] -%}
    {%- for pair in pairs if pair['name'] | lower in ('probabilities', 'probs') and pair['name'] not in excluded -%}
        {%- set kinds = [(pair['ref'] or {}).get('kind'), (pair['cur'] or {}).get('kind')] -%}
        {%- if kinds == ['list', 'list'] -%}
            {{ return([pair['ref']]) }}
        {%- elif 'list' in kinds -%}
            {%- do notes['lost_roles'].update({pair['name']: 'probabilities'}) -%}
            {%- set here, there = [ref, cur] if kinds[0] == 'list' else [cur, ref] -%}
            {%- set missing = 'has no ' ~ pair['name'] if pair['only'] else 'has none in ' ~ pair['name'] -%}
            {%- do lost.append(
                pair['name'] ~ ' of ' ~ here['source'] ~ ' are class probabilities, but ' ~ there['source'] ~ ' ' ~ missing
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set chosen = [] -%}
    {%- for pair in pairs
            if driftql._is_number(pair['ref']) and pair['cur'] is not none and pair['cur']['kind'] in ('float', 'decimal')
            and modules.re.match('(p|prob|proba|probability)_', pair['name'] | lower) and pair['name'] not in excluded -%}
        {%- do chosen.append(dict(pair['cur'], name=pair['name'])) -%}
    {%- endfor -%}
    {%- if chosen | length < 2 -%}
        {%- set chosen = driftql._find_positive_class(excluded, ref, cur) -%}
    {%- endif -%}
    {%- if chosen -%}
        {%- set names = [] -%}
        {%- for column in chosen -%}
            {%- do names.append(driftql._quote(column['name'])) -%}
        {%- endfor -%}
        {%- set query = driftql.probability_sums(cur['sql'], names, 10000) -%}
        {%- set sums = driftql._fetch_rows(query, statements, 'probability_sums')[0] -%}
        {%- if not sums['complete_rows'] -%}
            {#- A window without rows does not say: its columns are what they are in the other one. -#}
            {%- set query = driftql.probability_sums(ref['sql'], names, 10000) -%}
            {%- set sums = driftql._fetch_rows(query, statements, 'probability_sums')[0] -%}
        {%- endif -%}
        {%- if sums['complete_rows'] and sums['sound_rows'] >= 0.99 * sums['complete_rows'] -%}
            {{ return(chosen) }}
        {%- endif -%}
    {%- endif -%}
    {%- do notes['lost'].append(['entropy_spike', lost[0]]) if lost -%}
    {{ return([]) }}
{% endmacro %}


{# Find the number that is called like the probability of the positive class of two; none where there are several. #}
{% macro _find_positive_class(excluded, ref, cur) %}
    {%- set names = ('probabilities', 'probs', 'probability', 'proba', 'prob', 'p_1', 'prob_1', 'proba_1', 'probability_1') -%}
    {%- set found = [] -%}
    {%- for column in cur['columns']
            if column['kind'] in ('float', 'decimal') and column['name'] | lower in names and column['name'] not in excluded -%}
        {%- set ref_column = driftql._find_column(column['name'], ref['columns'], none, '') -%}
        {%- do found.append(column) if ref_column is not none and ref_column['kind'] in ('float', 'decimal', 'integer') -%}
    {%- endfor -%}
    {{ return(found if found | length == 1 else []) }}
{% endmacro %}


{# Find the probabilities that the option names. #}
{% macro _named_probabilities(wanted, pairs, ref, cur) %}
    {%- set what = "the option 'probabilities'" -%}
    {%- set chosen = [] -%}
    {%- for pattern in ([wanted] if wanted is string else wanted) -%}
        {%- set matched = driftql._match_columns(pattern, pairs) | map(attribute='name') | list -%}
        {%- for name in matched or [pattern] -%}
            {%- set column = driftql._find_column(name, ref['columns'], what, ref['source']) -%}
            {%- do driftql._find_column(name, cur['columns'], what, cur['source']) -%}
            {%- do chosen.append(column) if column not in chosen -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set kinds = ('float', 'decimal', 'integer') if chosen | length > 1 else ('float', 'decimal', 'integer', 'list') -%}
    {%- for column in chosen if column['kind'] not in kinds -%}
        {{ driftql._raise_error(
            "the probabilities are either one list column or one number column per class; '" ~ column['name'] ~ "' of "
            ~ ref['source'] ~ " is " ~ column['type']
        ) }}
    {%- endfor -%}
    {{ return(chosen) }}
{% endmacro %}

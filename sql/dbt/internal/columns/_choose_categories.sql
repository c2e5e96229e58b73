{#
  Find the features that are compared by their categories, by the rules of Python: columns that the settings name in full are
  taken as they are; of other columns of text, the first rows of the reference decide whether their values repeat. What is not taken
  is left out with the reason.

  pairs     the columns of both relations: see _pair_columns
  excluded  names of the columns that the settings exclude
  settled   names of the columns that have a role, are excluded, or are left out already
  notes     what is not compared is added to it: see _choose_columns

  Returns the features as dictionaries of `name`, `ref` and `cur` (expressions of the category as text).
#}
{% macro _choose_categories(settings, pairs, excluded, settled, ref, cur, notes, statements) %}
    {%- set given = settings['categories'] -%}
    {%- set wanted = [given] if given is string else given -%}
    {%- set named, sampled = [], [] -%}
    {%- for pattern in wanted if pattern != 'auto' -%}
        {%- set matched = driftql._match_columns(pattern, pairs) -%}
        {%- set is_glob = ('*' in pattern or '?' in pattern) and matched and matched[0]['name'] != pattern -%}
        {%- for pair in matched if is_glob and pair['name'] not in settled and pair not in named + sampled -%}
            {%- if driftql._is_text(pair) or driftql._was_text(pair) -%}
                {%- do sampled.append(pair) -%}
            {%- elif pair['only'] is none and driftql._fits_category(pair['ref']) and driftql._fits_category(pair['cur']) -%}
                {%- do named.append(pair) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not is_glob -%}
            {%- set pair = driftql._named_category(pattern, pairs, ref, cur, excluded, notes) -%}
            {%- do named.append(pair) if pair is not none and pair not in named -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if settings['features'] == 'auto' -%}
        {%- set separating = driftql._separating_columns(settings) -%}
        {%- for pair in pairs if pair['name'] not in settled and pair not in named + sampled -%}
            {%- set reason = driftql._no_category(pair, wanted, separating) -%}
            {%- if driftql._is_text(pair) and reason -%}
                {%- do notes['left_out'].append({'column': pair['name'], 'reason': reason, 'window': none}) -%}
            {%- elif not reason and (driftql._is_text(pair) or driftql._was_text(pair)) -%}
                {%- do sampled.append(pair) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {%- for pattern in ([settings['features']] if settings['features'] is string else settings['features']) -%}
            {%- set matched = driftql._match_columns(pattern, pairs) -%}
            {%- set is_glob = ('*' in pattern or '?' in pattern) and matched and matched[0]['name'] != pattern -%}
            {%- for pair in matched if pair['name'] not in excluded and pair not in named + sampled -%}
                {%- if driftql._was_text(pair) and not is_glob -%}
                    {%- do driftql._lose_categories(pair, cur, notes) -%}
                {%- elif driftql._is_text(pair) and not is_glob -%}
                    {%- do named.append(pair) -%}
                {%- elif 'auto' in wanted and (driftql._is_text(pair) or driftql._was_text(pair)) -%}
                    {%- do sampled.append(pair) -%}
                {%- elif driftql._is_text(pair) -%}
                    {%- set reason = driftql._not_named(pair, wanted) -%}
                    {%- do notes['left_out'].append({'column': pair['name'], 'reason': reason, 'window': none}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set lost = notes['lost_categories'] | map('first') | list -%}
    {%- set doubtful = sampled | rejectattr('name', 'in', lost) | list -%}
    {%- set repeating = driftql._repeating_columns(doubtful, ref, cur, settings['thresholds']['min_rows'], notes, statements) -%}
    {%- for pair in doubtful if driftql._was_text(pair) and pair['name'] in repeating -%}
        {%- do driftql._lose_categories(pair, cur, notes) -%}
    {%- endfor -%}
    {%- set chosen = named | map(attribute='name') | list -%}
    {%- set features = [] -%}
    {%- for pair in pairs
            if pair['name'] in chosen or (pair['name'] in repeating and driftql._is_text(pair)) -%}
        {%- do features.append({
            'name': pair['name'],
            'ref': driftql._category_value(pair['name'], pair['ref'], pair['cur']),
            'cur': driftql._category_value(pair['name'], pair['cur'], pair['ref']),
            'is_sampled': pair['name'] not in chosen
        }) -%}
    {%- endfor -%}
    {{ return(features) }}
{% endmacro %}


{# Return whether a column is there in both relations, and text in both. #}
{% macro _is_text(pair) %}
    {{ return(pair['only'] is none and pair['ref']['kind'] == 'text' and pair['cur']['kind'] == 'text') }}
{% endmacro %}


{# Return whether the reference has a column as text, and the current relation has nothing, or neither text nor a number. #}
{% macro _was_text(pair) %}
    {%- set ref, cur = pair['ref'], pair['cur'] -%}
    {{ return(
        ref is not none and ref['kind'] == 'text'
        and (cur is none or not (cur['kind'] == 'text' or driftql._is_number(cur)))
    ) }}
{% endmacro %}


{# Return whether the values of a column can be categories. #}
{% macro _fits_category(column) %}
    {{ return(column is not none and column['kind'] in ('text', 'integer', 'boolean', 'decimal', 'float', 'date')) }}
{% endmacro %}


{# Return the column that the settings name as a category; none where it is excluded, or the current relation has lost it. #}
{% macro _named_category(name, pairs, ref, cur, excluded, notes) %}
    {%- set found = driftql._match_columns(name, pairs) -%}
    {%- set pair = found[0] if found else none -%}
    {%- if pair is not none and pair['name'] in excluded -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if pair is not none and driftql._fits_category(pair['ref']) and not driftql._fits_category(pair['cur']) -%}
        {%- do driftql._lose_categories(pair, cur, notes) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- for base in (ref, cur) -%}
        {%- set column = driftql._find_column(name, base['columns'], 'a category', base['source']) -%}
        {%- if not driftql._fits_category(column) -%}
            {{ driftql._raise_error(
                "the category '" ~ column['name'] ~ "' of " ~ base['source'] ~ " is " ~ column['type']
                ~ "; categories are texts, numbers, booleans or dates"
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(pair) }}
{% endmacro %}


{# Note a feature whose categories the current relation does not have: that is no mistake of the settings. #}
{% macro _lose_categories(pair, cur, notes) %}
    {%- if pair['name'] not in notes['lost_categories'] | map('first') -%}
        {%- if pair['cur'] is none -%}
            {%- set reason, left_out = cur['source'] ~ ' has no column of this name', 'only in the reference window' -%}
        {%- else -%}
            {%- set reason = 'it is ' ~ pair['cur']['type'] ~ ' in ' ~ cur['source'] ~ ', which has no categories' -%}
            {%- set left_out = reason -%}
        {%- endif -%}
        {%- do notes['lost_categories'].append([pair['name'], reason]) -%}
        {%- do notes['left_out'].append({'column': pair['name'], 'reason': left_out, 'window': pair['only']}) -%}
    {%- endif -%}
{% endmacro %}


{# Say why a column of text is no category, whatever its values are; none where these decide. #}
{% macro _no_category(pair, wanted, separating) %}
    {%- set columns = [pair['ref'], pair['cur']] | reject('none') | list -%}
    {%- if driftql._is_identifier(pair['name']) -%}
        {{ return('an identifier, by its name') }}
    {%- elif columns | map(attribute='type') | map('lower') | select('equalto', 'uuid') | list -%}
        {{ return(columns[0]['type'] ~ ': an identifier, by its type') }}
    {%- elif columns | map(attribute='name') | map('lower') | select('in', separating) | list -%}
        {{ return('the filters of the windows are made of it') }}
    {%- endif -%}
    {{ return(none if 'auto' in wanted else driftql._not_named(pair, wanted)) }}
{% endmacro %}


{# Say that the settings do not ask for a column of text. #}
{% macro _not_named(pair, wanted) %}
    {{ return((pair['ref'] or pair['cur'])['type'] ~ (
        ': not among the categories that the settings name' if wanted else ': the settings ask for no categories'
    )) }}
{% endmacro %}


{# Return the words of the filters of both windows in small letters; none where both windows have the same filter. #}
{% macro _separating_columns(settings) %}
    {%- set filters = [settings['reference']['filter'], settings['current']['filter']] -%}
    {%- if filters[0] == filters[1] -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set known = driftql._known_functions(target.type) -%}
    {%- set words = [] -%}
    {%- for filter in filters if filter is not none -%}
        {%- for token in driftql._filter_tokens(filter | string, known, 'the filter') if token['kind'] in ('word', 'quoted') -%}
            {%- do words.append(modules.re.sub('^["`]|["`]$', '', token['text']) | lower) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(words) }}
{% endmacro %}


{# Return the names of the columns of text whose values repeat in the first rows; leave out the others, and say why. #}
{% macro _repeating_columns(pairs, ref, cur, min_rows, notes, statements) %}
    {%- set repeating = [] -%}
    {%- for chunk in pairs | batch(50) -%}
        {%- set samples = driftql._sample_values(chunk, 'ref', ref, statements) -%}
        {%- set empty = [] -%}
        {%- for pair in chunk if not samples[pair['name']]['values'] and driftql._is_text(pair) -%}
            {%- do empty.append(pair) -%}
        {%- endfor -%}
        {%- if empty and ref['sql'] != cur['sql'] -%}
            {%- do samples.update(driftql._sample_values(empty, 'cur', cur, statements)) -%}
        {%- endif -%}
        {%- for pair in chunk -%}
            {%- set reason = driftql._no_repeats(samples[pair['name']], min_rows) -%}
            {%- if reason is none -%}
                {%- do repeating.append(pair['name']) -%}
            {%- elif driftql._is_text(pair) -%}
                {%- do notes['left_out'].append({'column': pair['name'], 'reason': reason, 'window': none}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(repeating) }}
{% endmacro %}


{# Count the values, and roughly the different ones, of the first rows; by the columns' names. #}
{% macro _sample_values(pairs, role, base, statements) %}
    {%- set names = [] -%}
    {%- for pair in pairs -%}
        {%- do names.append(driftql._quote(pair[role]['name'])) -%}
    {%- endfor -%}
    {%- set row = driftql._fetch_rows(driftql.value_sample(base['sql'], names, 10000), statements, 'value_sample')[0] -%}
    {%- set samples = {} -%}
    {%- for pair in pairs -%}
        {%- do samples.update({pair['name']: {
            'rows': row['row_count'] | int, 'values': row['values_' ~ loop.index] | int,
            'distinct': row['distinct_' ~ loop.index] | int
        }}) -%}
    {%- endfor -%}
    {{ return(samples) }}
{% endmacro %}


{# Say why the values of a column are not categories; none where they are. #}
{% macro _no_repeats(sample, min_rows) %}
    {%- set values, distinct = sample['values'], [sample['distinct'], sample['values']] | min -%}
    {%- if values < [min_rows, sample['rows']] | min -%}
        {%- set have = '1 of them has' if values == 1 else '{:,}'.format(values) ~ ' of them have' -%}
        {{ return('too few values: of the first ' ~ '{:,}'.format(sample['rows']) ~ ' rows, '
            ~ (have if values else 'none has') ~ ' one') }}
    {%- elif distinct <= 1 or values >= 2 * distinct -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return('free text: some ' ~ '{:,}'.format(distinct) ~ ' different values among ' ~ '{:,}'.format(values)) }}
{% endmacro %}


{# Write a value as a category: its text, in which 1, 1.0 and 1.00 are the same number. #}
{% macro _category_value(name, own, beside) %}
    {%- set kind = own['kind'] -%}
    {%- if kind == 'boolean' and driftql._is_number(beside) and beside['kind'] != 'boolean' -%}
        {%- set kind = 'flag' -%}
    {%- endif -%}
    {{ return(driftql.exact_text(driftql.value_text(driftql._quote(name), kind) | trim) | trim) }}
{% endmacro %}

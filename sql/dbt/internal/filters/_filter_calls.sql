{#
  Return the names that a filter calls, or seems to call, without being known to be harmless.

  tokens  see _filter_tokens
  known   see _known_functions
  names   of the relation's columns, in lower case
#}
{% macro _filter_calls(tokens, known, names) %}
    {%- set nothing = {'kind': '', 'text': ''} -%}
    {%- set strange = [] -%}
    {%- for token in tokens -%}
        {%- set place = loop.index0 -%}
        {%- set before = tokens[place - 1] if place else nothing -%}
        {%- set after = tokens[place + 1] if not loop.last else nothing -%}
        {%- set word = token['text'] | lower -%}
        {%- if after['text'] == '(' and after['kind'] == 'mark' -%}
            {%- if token['kind'] == 'quoted' or token['text'] in (']', '}') -%}
                {%- do strange.append(token['text'].strip('"`')) -%}
            {%- elif token['kind'] == 'word' and not driftql._is_language(tokens, place, known) -%}
                {%- set name = driftql._called_name(tokens, place, known, names) -%}
                {%- do strange.append(name) if name not in known['allowed'] -%}
            {%- endif -%}
        {%- elif token['kind'] == 'word' and before['text'] != '.' and after['text'] != '.' -%}
            {%- if word in known['words'] or (word in known['unless_columns'] and word not in names) -%}
                {%- do strange.append(token['text']) -%}
            {%- endif -%}
        {%- endif -%}
        {%- set base = tokens[place - 2] if place > 1 else nothing -%}
        {%- if known['is_extensible'] and before['text'] == '.' and base['text'] in (')', ']', '}')
                and token['kind'] in ('word', 'quoted') -%}
            {#- (x).name is name(x) in PostgreSQL, whatever the type of x. -#}
            {%- do strange.append(token['text'].strip('"')) -%}
        {%- elif known['in_reads_tables'] and before['text'] | lower == 'in' -%}
            {%- set is_name = token['kind'] in ('word', 'quoted') and after['text'] != '(' -%}
            {%- set inside = tokens[place + 1:place + 3] if token['text'] == '(' else [] -%}
            {%- if is_name or (inside and inside[0]['kind'] in ('word', 'quoted') and inside[1]['text'] in (')', '.')) -%}
                {%- do strange.append('in ' ~ (token if is_name else after)['text']) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(strange) }}
{% endmacro %}


{# Return whether a word before a parenthesis belongs to the language, and names no function. #}
{% macro _is_language(tokens, place, known) %}
    {%- set texts = tokens[:place] | map(attribute='text') | map('lower') | list -%}
    {%- set word = tokens[place]['text'] | lower -%}
    {%- if texts and texts[-1] == '.' -%}
        {{ return(false) }}
    {%- elif word == 'zone' -%}
        {{ return(texts[-2:] == ['at', 'time']) }}
    {%- elif word in known['before'] -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set is_similar = word == 'to' and texts and texts[-1] == 'similar' -%}
    {%- if word not in known['between'] and not is_similar -%}
        {{ return(false) }}
    {%- endif -%}
    {%- for token in tokens[:place - 1 if is_similar else place] | reverse
            if token['text'] | lower not in ('not', 'global', 'distinct', 'both', 'leading', 'trailing') -%}
        {%- set text = token['text'] | lower -%}
        {%- if token['kind'] == 'word' -%}
            {{ return(text in known['values'] or text not in known['between'] + known['before']) }}
        {%- endif -%}
        {{ return(token['kind'] != 'mark' or text in (')', ']', '}')) }}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}


{# Return the name to look up for a call: with what stands before its dots, unless that is a column or a schema of the engine. #}
{% macro _called_name(tokens, place, known, names) %}
    {%- set name = tokens[place]['text'] | lower -%}
    {%- set parts, state = [], {'place': place} -%}
    {%- for _ in range(place // 2) if state['place'] > 1 and tokens[state['place'] - 1]['text'] == '.' -%}
        {%- do state.update({'place': state['place'] - 2}) -%}
        {%- do parts.insert(0, tokens[state['place']]) -%}
    {%- endfor -%}
    {%- if not parts -%}
        {{ return(name) }}
    {%- endif -%}
    {%- set texts = [] -%}
    {%- for part in parts -%}
        {%- do texts.append(part['text'] | lower if part['kind'] == 'word' else part['text']) -%}
    {%- endfor -%}
    {%- if parts | rejectattr('kind', 'equalto', 'word') | list -%}
        {#- What a value or a quoted name stands before is called by that value. -#}
        {%- set is_method = known['chains_calls'] and parts[-1]['kind'] in ('text', 'number', 'mark') -%}
        {{ return(name if is_method else texts | join('.') ~ '.' ~ name) }}
    {%- elif known['chains_calls'] and texts[0] in names -%}
        {{ return(name) }}
    {%- elif texts[0] in known['builtin_schemas'] -%}
        {{ return((texts[1:] + [name]) | join('.')) }}
    {%- endif -%}
    {{ return((texts + [name]) | join('.')) }}
{% endmacro %}

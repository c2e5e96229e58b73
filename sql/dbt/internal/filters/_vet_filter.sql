{#
  Refuse a filter that could do more than choose rows. The rules are those of Python's driftql, read without a parser: what
  cannot be told apart from something else is refused, too.

  filter   a condition, or none
  columns  the relation's columns
  allowed  functions of the project's own that it may call
  where    what to call it in an error
#}
{% macro _vet_filter(filter, columns, allowed, where) %}
    {%- if filter is none -%}
        {{ return('') }}
    {%- endif -%}
    {%- set shown = where ~ ' (' ~ filter ~ ')' -%}
    {%- set known = driftql._known_functions(target.type) -%}
    {%- if known is none -%}
        {{ driftql._raise_error(
            shown ~ ": driftql does not know which functions of " ~ target.type ~ " are free of side effects; put the condition "
            ~ "into a model, and check that"
        ) }}
    {%- endif -%}
    {%- set tokens = driftql._filter_tokens(filter | string, known, shown) -%}
    {%- set names = columns | map(attribute='name') | map('lower') | list -%}
    {%- do driftql._refuse_qualified_names(tokens, known, names, shown) -%}
    {%- set strange = [] -%}
    {%- for call in driftql._filter_calls(tokens, known, names) if call | lower not in allowed | map('lower') -%}
        {%- do strange.append(call) if call not in strange -%}
    {%- endfor -%}
    {%- for call in strange if call | lower in known['changing'] -%}
        {{ driftql._raise_error(
            shown ~ ": the function " ~ call ~ " gives another answer in every statement, so that the window would hold other "
            ~ "rows each time; store what it gives in a model, and check that"
        ) }}
    {%- endfor -%}
    {%- if strange -%}
        {{ driftql._raise_error(
            shown ~ ": " ~ ("the function " ~ strange[0] ~ " is" if strange | length == 1 else "the functions "
            ~ strange | join(', ') ~ " are") ~ " not known to be free of side effects; allow it with allow_functions: "
            ~ tojson(strange)
        ) }}
    {%- endif -%}
    {%- do driftql._refuse_strange_types(tokens, known, allowed, shown) if known['is_extensible'] -%}
{% endmacro %}


{# Refuse a conversion to a type that a user may have made, and an operator that the engine does not have itself. #}
{% macro _refuse_strange_types(tokens, known, allowed, shown) %}
    {%- set types = known['types'] + allowed | map('lower') | list -%}
    {%- set others = ['zone', 'to', 'e', 'b', 'x', 'n', 'both', 'leading', 'trailing'] -%}
    {%- set language = types + known['between'] + known['before'] + others -%}
    {%- set runs = [] -%}
    {%- for token in tokens -%}
        {%- set before = tokens[loop.index0 - 1] if loop.index0 else {'kind': '', 'text': ''} -%}
        {%- set after = tokens[loop.index0 + 1] if not loop.last else {'kind': '', 'text': ''} -%}
        {%- set word = token['text'] | lower -%}
        {%- set is_name = token['kind'] in ('word', 'quoted') -%}
        {%- set is_type = is_name and ((before['text'] == ':' and loop.index0 > 1 and tokens[loop.index0 - 2]['text'] == ':')
            or before['text'] | lower == 'as') -%}
        {%- if (is_type and word not in types) or (is_name and after['kind'] == 'text' and word not in language) -%}
            {{ driftql._raise_error(
                shown ~ ": the type " ~ token['text'] ~ " is not known to be free of side effects; allow it with "
                ~ "allow_functions: " ~ tojson([token['text']])
            ) }}
        {%- elif token['kind'] == 'mark' and modules.re.match('[-+*/<>=~!@#%^&|`?:]', token['text']) -%}
            {%- if runs and runs[-1]['end'] == token['start'] -%}
                {%- do runs[-1].update({'text': runs[-1]['text'] ~ token['text'], 'end': token['end']}) -%}
            {%- else -%}
                {%- do runs.append(dict(token)) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for run in runs | map(attribute='text') -%}
        {#- An operator without one of these marks does not end in a sign: 'x<-1' is a comparison. -#}
        {%- set operator = run if modules.re.search('[~!@#%^&|`?]', run) else (run.rstrip('+-') or run[:1]) -%}
        {%- if operator not in known['operators'] and not modules.re.match('^[-+:]*$', run) -%}
            {{ driftql._raise_error(shown ~ " holds '" ~ run ~ "', which is no operator of its engine; separate two by a space") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{# Refuse a name with a dot that is no column's: a row's alias and a dot can call a function, and a sequence can be moved. #}
{% macro _refuse_qualified_names(tokens, known, names, shown) %}
    {%- for token in tokens -%}
        {%- set before = tokens[loop.index0 - 1]['text'] if loop.index0 else '' -%}
        {%- set rest = tokens[loop.index0 + 1:loop.index0 + 4] | map(attribute='text') | list -%}
        {%- set first = token['text'].strip('"`') -%}
        {%- if token['kind'] in ('word', 'quoted') and rest[:1] == ['.'] and before not in ('.', ':')
                and rest[2:] not in (['('], ['.']) and not (first | lower in names and known['has_fields'])
                and not (first | lower == 'monitored' and (rest[1] | lower).strip('"`') in names) -%}
            {{ driftql._raise_error(
                shown ~ " names '" ~ first ~ rest[:2] | join ~ "', which is no column of the relation; write a column's name alone"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{#
  Return the words, texts, numbers and marks of a filter as dictionaries of `kind` (word, quoted, text, number or mark), `text`,
  `start` and `end`. Refuse what is more than one condition, and what engines read in different ways.

  known  see _known_functions
  shown  what to call the filter in an error
#}
{% macro _filter_tokens(filter, known, shown) %}
    {%- set quotes = "'(?:[^']|'')*'" ~ '|"(?:[^"]|"")*"|`(?:[^`]|``)*`' -%}
    {%- set pattern = quotes ~ '|[^\\W\\d][\\w$]*|\\d[\\d_]*(?:\\.\\d*)?(?:[eE][+-]?\\d+)?|\\.\\d+|\\S' -%}
    {%- set outside = modules.re.sub(quotes, ' 0 ', filter) -%}
    {%- set comments = ['--', '/*'] + {'bigquery': ['#'], 'clickhouse': ['#'], 'snowflake': ['//']}.get(target.type, []) -%}
    {%- for mark in comments if mark in outside -%}
        {{ driftql._raise_error(shown ~ " holds a comment; leave it out") }}
    {%- endfor -%}
    {%- set rules = [
        ['[\'"`]', "a quote without its end"],
        [';', "a ';': write one condition, not a statement"],
        ['\\\\', "a backslash outside of a text"],
        ['(?<![\\w$])[$]', "a parameter; write the value itself"],
        ['[^\\x00-\\x7f]', "a sign outside of quotes that engines read in different ways"] if
            modules.re.search('[^\\x00-\\x7f]', modules.re.sub('\\w', '', outside)) else ['(?!)', ''],
        ['(?i)(?<![.\\w])select(?!\\w)', "a subquery or a statement; use a model for that"],
        ['(?i)[(]\\s*(?:from|with|values|table|describe|desc|show|summarize|pivot|unpivot|call|insert|update|delete|merge)(?!\\w)',
            "a subquery or a statement; use a model for that"]
    ] -%}
    {%- for rule, words in rules if modules.re.search(rule, outside) -%}
        {{ driftql._raise_error(shown ~ " holds " ~ words) }}
    {%- endfor -%}
    {#- Only these two leave a backslash in a text as it is, unless an e stands before the text. -#}
    {%- set keeps_backslash = target.type in ('duckdb', 'trino') and not modules.re.search("(?i)e'", filter) -%}
    {%- set has_escape = modules.re.search('\\\\[\'"`]', filter) and not keeps_backslash -%}
    {%- if has_escape or (target.type == 'bigquery' and modules.re.search("'''|" ~ '"""', filter))
            or (known['is_extensible'] and '`' in filter) -%}
        {{ driftql._raise_error(shown ~ " holds a quote that engines read in different ways; write '' for one in a text") }}
    {%- endif -%}
    {%- set tokens, open = [], [] -%}
    {%- for found in modules.re.finditer(pattern, filter) -%}
        {%- set text = found.group(0) -%}
        {%- set first = text[0] -%}
        {%- if first == "'" -%}
            {%- set kind = 'text' -%}
        {%- elif first in '"`' and text | length > 1 -%}
            {%- set kind = 'quoted' -%}
        {%- elif modules.re.match('\\d|[.]\\d', text) -%}
            {%- set kind = 'number' -%}
        {%- else -%}
            {%- set kind = 'word' if modules.re.match('\\w', text) else 'mark' -%}
        {%- endif -%}
        {%- if kind == 'mark' and text in '([{' -%}
            {%- do open.append({'(': ')', '[': ']', '{': '}'}[text]) -%}
        {%- elif kind == 'mark' and text in ')]}' and (not open or open.pop() != text) -%}
            {{ driftql._raise_error(shown ~ " holds a '" ~ text ~ "' that closes nothing") }}
        {%- endif -%}
        {#- A name that follows a number or a quote at once may be read as one with it. -#}
        {%- set before = filter[found.start() - 1] if found.start() else ' ' -%}
        {%- if kind == 'word' and modules.re.match('[\\w$\'"`]', before) -%}
            {{ driftql._raise_error(
                shown ~ " holds '" ~ before ~ text ~ "', which engines read in different ways; write a space"
            ) }}
        {%- endif -%}
        {%- do tokens.append({'kind': kind, 'text': text, 'start': found.start(), 'end': found.end()}) -%}
    {%- endfor -%}
    {%- set words = tokens | map(attribute='text') | map('lower') | list -%}
    {%- if target.type == 'clickhouse' and words.count('as') > words.count('cast') -%}
        {{ driftql._raise_error(shown ~ " gives a value a name ('as'); write the value itself") }}
    {%- elif open -%}
        {{ driftql._raise_error(shown ~ " lacks a '" ~ open[-1] ~ "'") }}
    {%- endif -%}
    {{ return(tokens) }}
{% endmacro %}

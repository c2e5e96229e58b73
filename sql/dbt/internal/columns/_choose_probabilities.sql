{#
  Find the class probabilities: the columns named, or a list column or columns of conventional names that sum to 1, or the
  one column of the positive class.

  wanted  names and globs, or none
#}
{% macro _choose_probabilities(wanted, ref, cur, statements) %}
    {%- if wanted is not none -%}
        {{ return(driftql._named_probabilities(wanted, ref, cur)) }}
    {%- endif -%}
    {%- for column in ref['columns'] if column['kind'] == 'list' and column['name'] | lower in ('probabilities', 'probs') -%}
        {%- if driftql._find_column(column['name'], cur['columns'], none, '') is not none -%}
            {{ return([column]) }}
        {%- endif -%}
    {%- endfor -%}
    {%- set chosen = [] -%}
    {%- for column in cur['columns']
            if column['kind'] in ('float', 'decimal')
            and modules.re.match('(p|prob|proba|probability)_', column['name'] | lower) -%}
        {%- do chosen.append(column) if driftql._find_column(column['name'], ref['columns'], none, '') is not none -%}
    {%- endfor -%}
    {%- if chosen | length < 2 -%}
        {%- set chosen = driftql._find_positive_class(ref, cur) -%}
    {%- endif -%}
    {%- if chosen -%}
        {%- set names = [] -%}
        {%- for column in chosen -%}
            {%- do names.append(adapter.quote(column['name'])) -%}
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
    {{ return([]) }}
{% endmacro %}


{# Find the number that is called like the probability of the positive class of two; none where there are several. #}
{% macro _find_positive_class(ref, cur) %}
    {%- set names = ('probabilities', 'probs', 'probability', 'proba', 'prob', 'p_1', 'prob_1', 'proba_1', 'probability_1') -%}
    {%- set found = [] -%}
    {%- for column in cur['columns'] if column['kind'] in ('float', 'decimal') and column['name'] | lower in names -%}
        {%- set ref_column = driftql._find_column(column['name'], ref['columns'], none, '') -%}
        {%- do found.append(column) if ref_column is not none and ref_column['kind'] in ('float', 'decimal', 'integer') -%}
    {%- endfor -%}
    {{ return(found if found | length == 1 else []) }}
{% endmacro %}


{# Find the probabilities that the option names. #}
{% macro _named_probabilities(wanted, ref, cur) %}
    {%- set what = "the option 'probabilities'" -%}
    {%- set chosen = [] -%}
    {%- for pattern in ([wanted] if wanted is string else wanted) -%}
        {%- for column in driftql._match_columns(pattern, ref['columns'])
                or [driftql._find_column(pattern, ref['columns'], what, ref['source'])] -%}
            {%- do driftql._find_column(column['name'], cur['columns'], what, cur['source']) -%}
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

{# Return the name that shares most pairs of letters with a misspelt one, or '' where none is near. #}
{% macro _nearest_name(name, known) %}
    {%- set best = {'name': '', 'score': 0.4} -%}
    {%- set wanted = driftql._letter_pairs(name) -%}
    {%- for candidate in known -%}
        {%- set pairs = driftql._letter_pairs(candidate) -%}
        {%- set score = 2 * (wanted | select('in', pairs) | list | length) / (wanted | length + pairs | length) -%}
        {%- do best.update({'name': candidate, 'score': score}) if score > best['score'] -%}
    {%- endfor -%}
    {{ return(best['name']) }}
{% endmacro %}


{# List the pairs of neighbouring letters, with a mark for the beginning and the end. #}
{% macro _letter_pairs(name) %}
    {%- set text = '^' ~ (name | string | lower) ~ '$' -%}
    {%- set pairs = [] -%}
    {%- for index in range(text | length - 1) -%}
        {%- do pairs.append(text[index:index + 2]) -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}

{# Write the query of the whole check: check_query, or, for more than 25 features, a verdict over the results of several queries. #}
{% macro _write_check(resolved) %}
    {%- set layout, rules, fractions = resolved['layout'], resolved['rules'], resolved['fractions'] -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set label, names, is_list = resolved['label'], layout['probability_names'], layout['is_list'] -%}
    {%- set chunks = resolved['features'] -%}
    {%- if not chunks and not layout['unusable'] and label == 'null' and not names -%}
        {{ driftql._refuse_nothing('drift_check', resolved, 'numeric column, no label and no probabilities to compare') }}
    {%- elif chunks | length <= 1 and not layout['unusable'] -%}
        {{ return(driftql.check_query(ref, cur, chunks[0] or [], fractions, label, names, is_list, rules)) }}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for features in chunks -%}
        {%- do queries.append(driftql.results_query(ref, cur, features, fractions, 'null', [], 0, rules)) -%}
    {%- endfor -%}
    {%- if label != 'null' or names -%}
        {%- do queries.append(driftql.results_query(ref, cur, [], fractions, label, names, is_list, rules)) -%}
    {%- endif -%}
    {%- for name, reason in layout['unusable'] -%}
        {%- do queries.append(driftql._result_row('feature_psi', name, none, none, reason)) -%}
        {%- do queries.append(driftql._result_row('feature_ks', name, none, none, reason)) -%}
    {%- endfor -%}
    {{ return(driftql.verdict_query(driftql._union_queries(queries), rules)) }}
{% endmacro %}

{#
  Write the query of the whole check: check_query, or, for more than 25 features or 8 of categories, a verdict over the results
  of several queries.
#}
{% macro _write_check(resolved) %}
    {%- set layout, rules, fractions = resolved['layout'], resolved['rules'], resolved['fractions'] -%}
    {%- set ref, cur = resolved['reference']['sql'], resolved['current']['sql'] -%}
    {%- set label, names, is_list = resolved['label'], layout['probability_names'], layout['is_list'] -%}
    {%- set chunks = resolved['features'] -%}
    {%- set categories = resolved['categories'] -%}
    {%- set lost = layout['unusable'] or layout['lost_categories'] or layout['lost'] -%}
    {%- if not chunks and not categories and not lost and label == 'null' and not names -%}
        {{ driftql._refuse_nothing(
            'drift_check', resolved, 'numeric column, no column of categories, no label and no probabilities to compare'
        ) }}
    {%- endif -%}
    {%- set uncounted, timeless = driftql._uncounted(layout), driftql._timeless(resolved) -%}
    {%- set missing = driftql._missing_columns(resolved) -%}
    {%- if chunks | length <= 1 and categories | length <= 1 -%}
        {{ return(driftql.check_query(
            ref, cur, chunks[0] or [], categories[0] or [], fractions, label, names, is_list, rules, uncounted, timeless,
            missing
        )) }}
    {%- endif -%}
    {%- set queries = [] -%}
    {%- for features in chunks -%}
        {%- do queries.append(driftql.results_query(ref, cur, features, [], fractions, 'null', [], 0, rules)) -%}
    {%- endfor -%}
    {%- for features in categories -%}
        {%- do queries.append(driftql.results_query(ref, cur, [], features, fractions, 'null', [], 0, rules)) -%}
    {%- endfor -%}
    {%- if label != 'null' or names -%}
        {%- do queries.append(driftql.results_query(ref, cur, [], [], fractions, label, names, is_list, rules)) -%}
    {%- endif -%}
    {#- Of few rows the other checks speak. -#}
    {%- set rises = driftql._union_queries([driftql.missing_query(ref, cur, missing, is_list, rules)]) -%}
    {%- do queries.append('select * from ' ~ rises ~ ' as missing_values where effect is not null') -%}
    {{ return(driftql.verdict_query(driftql._union_queries(queries), rules, uncounted, timeless)) }}
{% endmacro %}


{# List what is not counted, for verdict_steps: features and checks that cannot be computed, columns that are not looked at. #}
{% macro _uncounted(layout) %}
    {%- set rows = [] -%}
    {%- for name, reason in layout['unusable'] -%}
        {%- do rows.append(['feature_psi', name, reason]) -%}
        {%- do rows.append(['feature_ks', name, reason]) -%}
    {%- endfor -%}
    {%- for name, reason in layout['lost_categories'] -%}
        {%- do rows.append(['feature_psi', name, reason]) -%}
        {%- do rows.append(['new_category', name, reason]) -%}
    {%- endfor -%}
    {%- for check, reason in layout['lost'] -%}
        {%- do rows.append([check, none, reason]) -%}
    {%- endfor -%}
    {%- for part in driftql._not_looked_at(layout) -%}
        {%- do rows.append(['columns_left_out', part['column'], part['reason']]) -%}
    {%- endfor -%}
    {%- set quoted = [] -%}
    {%- for check, name, reason in rows -%}
        {%- do quoted.append([driftql._literal(check) | trim, driftql._literal(name) | trim, driftql._literal(reason) | trim]) -%}
    {%- endfor -%}
    {%- set lost = driftql._count_lost(layout['changes']) -%}
    {%- if lost is not none -%}
        {%- set words = driftql._literal(driftql._describe_changes(layout['changes'])) | trim -%}
        {%- do quoted.append([driftql._literal('schema_change') | trim, 'null', words, lost]) -%}
    {%- endif -%}
    {{ return(quoted) }}
{% endmacro %}

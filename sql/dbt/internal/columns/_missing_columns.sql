{# List of which columns missing values are compared, as missing_count_steps takes them. #}
{% macro _missing_columns(resolved) %}
    {%- set layout, entries = resolved['layout'], [] -%}
    {%- for feature in layout['features'] if feature['role'] != 'probability' or not layout['probabilities'] -%}
        {%- do entries.append([feature['name'], 'missing', 'missing', feature['value']]) -%}
        {%- do entries.append([feature['name'], 'NaN or infinite', 'non_finite', feature['value']]) if feature['is_float'] -%}
    {%- endfor -%}
    {%- for feature in layout['categories'] -%}
        {%- do entries.append([feature['name'], 'missing', 'missing', [feature['ref'], feature['cur']]]) -%}
    {%- endfor -%}
    {%- if layout['label'] is not none -%}
        {%- do entries.append([layout['label']['name'], 'no label', 'missing', resolved['label']]) -%}
    {%- endif -%}
    {%- if layout['probabilities'] -%}
        {%- set name = layout['probabilities'][0]['name'] if layout['probabilities'] | length == 1 else none -%}
        {%- do entries.append([name, 'incomplete probabilities', 'incomplete', layout['probability_names']]) -%}
    {%- endif -%}
    {%- for key in driftql._missing_keys(resolved, {'notes': []}) -%}
        {%- set name = layout[key]['name'] -%}
        {%- do entries.append([name, 'no ' ~ name, 'missing', driftql._quote(name)]) -%}
    {%- endfor -%}
    {%- set quoted = [] -%}
    {%- for name, what, kind, value in entries -%}
        {%- do quoted.append([driftql._literal(name) | trim, driftql._literal(what) | trim, kind, value]) -%}
    {%- endfor -%}
    {{ return(quoted) }}
{% endmacro %}

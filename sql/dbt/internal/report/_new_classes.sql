{# Return the classes that only the current window has, as the report says it; none where there is none. #}
{% macro _new_classes(ref_counts, cur_counts, row) %}
    {%- set new = [] -%}
    {%- for name, rows in cur_counts['labels'].items() if rows and not ref_counts['labels'].get(name) -%}
        {%- do new.append({'name': name, 'rows': rows, 'order': 0 - rows}) -%}
    {%- endfor -%}
    {%- set largest = [] -%}
    {%- for one in (new | sort(attribute='name', case_sensitive=true) | sort(attribute='order'))[:10] -%}
        {%- do largest.append(driftql._named_rows(one['name'], one['rows'], cur_counts['labeled'])) -%}
    {%- endfor -%}
    {{ return({
        'share': row['cur_value'],
        'expected_share': row['ref_value'],
        'p_value': row['p_value'],
        'count': new | length,
        'largest': largest
    }) }}
{% endmacro %}

{# Add up the rows of label_profile of one window. #}
{% macro _count_labels(label_rows, is_current) %}
    {%- set rows = label_rows | selectattr('is_current', 'equalto', is_current) | list -%}
    {%- set labels = {} -%}
    {%- for row in rows if row['label'] is not none -%}
        {%- do labels.update({row['label']: row['label_rows']}) -%}
    {%- endfor -%}
    {{ return({
        'labels': labels,
        'rows': rows | map(attribute='label_rows') | sum,
        'labeled': labels.values() | sum,
        'scored': rows | map(attribute='entropy_rows') | sum,
        'classes': ([0] + rows | map(attribute='class_count') | reject('none') | map('int') | list) | max,
        'out_of_range': rows | map(attribute='out_of_range_rows') | sum | int,
        'not_normalized': rows | map(attribute='not_normalized_rows') | sum | int
    }) }}
{% endmacro %}

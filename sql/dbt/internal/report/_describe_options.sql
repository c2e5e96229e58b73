{# Return by which columns and thresholds a check was made, as the report says it. #}
{% macro _describe_options(settings, layout) %}
    {%- set columns = {} -%}
    {%- for role in ('user', 'bucket_start', 'bucket_end', 'label', 'confidence', 'schema_version') -%}
        {%- do columns.update({role: layout[role]['name'] if layout[role] is not none else none}) -%}
    {%- endfor -%}
    {%- do columns.update({
        'probabilities': layout['probabilities'] | map(attribute='name') | list,
        'reject_label': settings['reject_label']
    }) -%}
    {%- do columns.update({'row_id': layout['row_id'] | map(attribute='name') | list}) if layout['row_id'] -%}
    {{ return({
        'columns': columns,
        'features': layout['features'] | selectattr('role', 'equalto', 'feature') | map(attribute='name') | list,
        'categories': layout['categories'] | map(attribute='name') | list,
        'features_not_chosen': layout['not_chosen'],
        'thresholds': settings['thresholds']
    }) }}
{% endmacro %}

{#
  List the columns of both relations, those of the reference first, as dictionaries of `name`, `ref` and `cur` (the column in
  each relation, or none) and `only` ('reference', 'current' or none). An exact name comes before one with other capitals;
  of several that differ by capitals alone, none is paired.
#}
{% macro _pair_columns(ref, cur) %}
    {%- set ref_names = ref['columns'] | map(attribute='name') | list -%}
    {%- set cur_names = cur['columns'] | map(attribute='name') | list -%}
    {%- set pairs, paired = [], [] -%}
    {%- for column in ref['columns'] -%}
        {%- set beside = cur['columns'] | selectattr('name', 'equalto', column['name']) | list -%}
        {%- if not beside -%}
            {%- for other in cur['columns']
                    if other['name'] | lower == column['name'] | lower and other['name'] not in ref_names -%}
                {%- do beside.append(other) -%}
            {%- endfor -%}
            {%- set rivals = [] -%}
            {%- for name in ref_names if name | lower == column['name'] | lower and name not in cur_names -%}
                {%- do rivals.append(name) -%}
            {%- endfor -%}
            {%- set beside = beside if rivals | length == 1 and beside | length == 1 else [] -%}
        {%- endif -%}
        {%- do pairs.append({
            'name': column['name'], 'ref': column, 'cur': beside[0] or none, 'only': none if beside else 'reference'
        }) -%}
        {%- do paired.append(beside[0]['name']) if beside -%}
    {%- endfor -%}
    {%- for column in cur['columns'] if column['name'] not in paired -%}
        {%- do pairs.append({'name': column['name'], 'ref': none, 'cur': column, 'only': 'current'}) -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}

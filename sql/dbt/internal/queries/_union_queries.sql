{# Write queries as one, in parentheses: it can stand after `from`. #}
{% macro _union_queries(queries) %}
    {%- set parts = [] -%}
    {%- for query in queries -%}
        {%- if queries | length == 1 -%}
            {%- do parts.append(query | trim | indent(4, true)) -%}
        {%- else -%}
            {%- do parts.append('    select *\n    from (\n' ~ query | trim | indent(8, true) ~ '\n    ) as part_' ~ loop.index) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return('(\n' ~ parts | join('\n    union all\n') ~ '\n)') }}
{% endmacro %}

{#
  List the columns that a relation needs, because the other one has or spells them otherwise, as expressions with a name.

  role          'ref' or 'cur'
  only_current  columns that the reference lacks: there they are NULL
#}
{% macro _extra_columns(role, pairs, only_current) %}
    {%- set extras = [] -%}
    {%- if role == 'ref' -%}
        {%- for column in only_current -%}
            {%- do extras.append('cast(null as ' ~ column['type'] ~ ') as ' ~ driftql._quote(column['name'])) -%}
        {%- endfor -%}
    {%- elif target.type in ('clickhouse', 'postgres', 'snowflake') -%}
        {#- The others find a column whatever its capitals. -#}
        {%- for pair in pairs if pair['only'] is none and pair['cur']['name'] != pair['name'] -%}
            {%- do extras.append('own.' ~ driftql._quote(pair['cur']['name']) ~ ' as ' ~ driftql._quote(pair['name'])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(extras) }}
{% endmacro %}

{#
  Insert rows of literals into the table `target`. `columns` is a list of names, `rows` a list of lists of literals.
#}
{% macro insert_rows(target, columns, rows) %}
    {{ return(adapter.dispatch('insert_rows', 'driftql')(target, columns, rows)) }}
{% endmacro %}

{% macro default__insert_rows(target, columns, rows) -%}
insert into {{ target }} ({{ columns | join(', ') }}) values
{%- for row in rows %}
    ({{ row | join(', ') }}){{ ',' if not loop.last }}
{%- endfor %}
{%- endmacro %}

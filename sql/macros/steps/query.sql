{#
  One query made of steps: the only macro that writes `with`. It numbers the steps through, in a comment beside
  each name, and keeps the names unique.

  steps    list of [name, comment, body, is_kept]: a CTE each. The body is indented by four spaces. is_kept = 1 asks the
           engine to compute the CTE once, by itself (see kept); 0 leaves that to the engine
  comment  what the final select does
  final    the final select

  query([['counted', 'rows of each class', '    select class, count(*) as class_rows from t group by class', 0]],
        'the largest class', 'select max(class_rows) as largest from counted')  ->

    with
    counted as ( -- 1. rows of each class
        select class, count(*) as class_rows from t group by class
    )

    -- 2. the largest class
    select max(class_rows) as largest from counted
#}
{% macro query(steps, comment, final) %}
    {{ return(adapter.dispatch('query', 'driftql')(steps, comment, final)) }}
{% endmacro %}

{% macro default__query(steps, comment, final) -%}
{%- set names = steps | map('first') | list -%}
with
{%- for name, about, body, is_kept in steps %}
{%- if name in names[:loop.index0] %}
{{- exceptions.raise_compiler_error('two steps of one query are called ' ~ name) }}
{%- endif %}
{{ name }} as {{ driftql.kept() ~ ' ' if is_kept and driftql.kept() }}( -- {{ loop.index }}. {{ about }}
{{ body | trim('\n') }}
){{ ',' if not loop.last }}
{%- endfor %}

-- {{ steps | length + 1 }}. {{ comment }}
{{ final }}
{{- driftql.query_settings() }}
{%- endmacro %}

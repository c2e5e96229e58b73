{#
  Stands before the parenthesis of a CTE whose columns later steps use many times: it asks the engine to compute the
  step by itself. '' where the engine sees to that.
#}
{% macro kept() %}
    {{ return(adapter.dispatch('kept', 'driftql')()) }}
{% endmacro %}

{% macro default__kept() -%}
{%- endmacro %}

{# It writes the expressions of one step into the next, each time they are named: a chain of them takes seconds to plan.
   https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-CTE-MATERIALIZATION #}
{% macro postgres__kept() -%}
materialized
{%- endmacro %}

{# It has no such word. https://docs.aws.amazon.com/redshift/latest/dg/r_WITH_clause.html #}
{% macro redshift__kept() -%}
{%- endmacro %}

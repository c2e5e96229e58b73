{#
  The rise of missing values, finished: one row per column of which a value is missing in either window.

  missing   see missing_count_steps
  is_list   1 where the class probabilities are one column with a list, else 0
  settings  min_rows, missing_increase

  Columns: check_name (missing_increase), feature, effect, p_value, reason, entropy_change: see missing_test_steps.
#}
{% macro missing_query(ref, cur, missing, is_list, settings) %}
    {{ return(adapter.dispatch('missing_query', 'driftql')(ref, cur, missing, is_list, settings)) }}
{% endmacro %}

{% macro default__missing_query(ref, cur, missing, is_list, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'missing_increase'])
    + driftql.missing_count_steps(ref, cur, missing, is_list) + driftql.missing_test_steps() -%}
{%- set final = 'select check_name, feature, effect, p_value, reason, entropy_change\nfrom missing_results\norder by place' -%}
{{ driftql.query(steps, 'one row per column', final) }}
{%- endmacro %}

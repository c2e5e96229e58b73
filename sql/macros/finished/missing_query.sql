{#
  The rise of missing values, finished: one row per column of which a value is missing in either window.

  missing   see missing_count_steps
  is_list   1 where the class probabilities are one column with a list, else 0
  settings  min_rows, missing_increase

  Columns: check_name (missing_increase), feature, effect, p_value, reason, entropy_change, total_variation: see missing_test_steps. Where a
  window holds fewer than min_rows rows there is one row without feature and effect, whose reason says so.
#}
{% macro missing_query(ref, cur, missing, is_list, settings) %}
    {{ return(adapter.dispatch('missing_query', 'driftql')(ref, cur, missing, is_list, settings)) }}
{% endmacro %}

{% macro default__missing_query(ref, cur, missing, is_list, settings) -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'missing_increase'])
    + driftql.missing_count_steps(ref, cur, missing, is_list) + driftql.missing_test_steps() -%}
{%- set final -%}
select
    check_name, feature, effect, p_value, reason, entropy_change, {{ driftql.as_double('null') }} as total_variation
from missing_results
union all
select
    {{ driftql.as_text("'missing_increase'") }}, {{ driftql.as_text('null') }},
    {{ driftql.as_double('null') }}, {{ driftql.as_double('null') }},
    {{ driftql.few_rows_reason('ref_n', 'cur_n', 'ref_n', 'cur_n', "'rows'", 'min_rows') }},
    {{ driftql.as_double('null') }}, {{ driftql.as_double('null') }}
from missing_counts cross join thresholds
where place = 1 and (ref_n < min_rows or cur_n < min_rows)
{%- endset -%}
{{ driftql.query(steps, 'one row per column', final) }}
{%- endmacro %}

{#
  The same numbers as those of missing_query, for rows that are counted already.

  source    what stands after `from`: place, feature, what, ref_hits, ref_n, cur_hits and cur_n, as in missing_count_steps
  settings  min_rows, missing_increase

  Columns: place, effect, p_value, reason.
#}
{% macro missing_tests_query(source, settings) %}
    {{ return(adapter.dispatch('missing_tests_query', 'driftql')(source, settings)) }}
{% endmacro %}

{% macro default__missing_tests_query(source, settings) -%}
{%- set counts %}
    select place, feature, what,
{%- for name in ['ref_hits', 'ref_n', 'cur_hits', 'cur_n'] %}
        {{ driftql.as_double(name) }} as {{ name }}{{ ',' if not loop.last }}
{%- endfor %}
    from {{ source }} as counted
{%- endset -%}
{%- set steps = driftql.threshold_steps(settings, ['min_rows', 'missing_increase'])
    + [['missing_counts', 'one row per column', counts, 0]] + driftql.missing_test_steps() -%}
{{ driftql.query(steps, 'one row per column', 'select place, effect, p_value, reason from missing_results order by place') }}
{%- endmacro %}

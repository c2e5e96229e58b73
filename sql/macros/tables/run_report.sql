{#
  The reports of runs as JSON, newest first. `condition` restricts them, such as run_id = '...'.
#}
{% macro run_report(runs, condition, max_rows) %}
    {{ return(adapter.dispatch('run_report', 'driftql')(runs, condition, max_rows)) }}
{% endmacro %}

{% macro default__run_report(runs, condition, max_rows) -%}
select run_id, report
from {{ runs }}
where {{ condition }}
order by recorded_at desc, run_id
limit {{ max_rows }}
{%- endmacro %}

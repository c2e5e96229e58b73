{#
  The step `thresholds`: one row with the settings that the later steps read, at the top of the query, where an analyst can
  change them. A list of steps for driftql.query.

  settings  SQL fragments by name; see check_query
  names     which of them to list
#}
{% macro threshold_steps(settings, names) %}
    {{ return(adapter.dispatch('threshold_steps', 'driftql')(settings, names)) }}
{% endmacro %}

{% macro default__threshold_steps(settings, names) %}
{%- set meanings = {
    'psi': 'alert: PSI above this',
    'ks': 'alert: KS distance of at least this',
    'reject_rate_increase': 'alert: share of rejected rows risen by this',
    'entropy_ratio': 'alert: mean entropy above this many times the old one',
    'entropy_increase': 'or moved by this share of ln(classes)',
    'class_shift': 'alert: share of a class moved by more than this',
    'category_shift': 'alert: this share of the rows changed category',
    'new_category': 'alert: share of rows in new categories above this',
    'missing_increase': 'alert: share of missing values risen by this',
    'alpha': 'evidence: the share of false alerts that is accepted',
    'min_rows': 'fewer rows than this are too few',
    'psi_epsilon': 'a smaller share of a bin counts as this',
    'reject_label': 'the label of rejected rows'
} -%}
{%- set body %}
    select
{%- for name in names %}
        {{ driftql.as_text(settings[name]) if name == 'reject_label' else driftql.as_double(settings[name]) }} as {{ name }}
        {{- ',' if not loop.last }} -- {{ meanings[name] }}
{%- endfor %}
{%- endset -%}
    {{ return([['thresholds', 'the thresholds', body, 0]]) }}
{% endmacro %}

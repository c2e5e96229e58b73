{#
  Leave out of a check's columns what a generic test of one check does not ask for.

  only      the check's name; none for the whole check
  resolved  what _resolve_check returns
#}
{% macro _keep_one_check(only, resolved) %}
    {%- set layout = resolved['layout'] -%}
    {%- do layout.update({'confidence': none}) if only -%}
    {%- if only in ('reject_rate_increase', 'class_shift', 'entropy_spike', 'new_category') -%}
        {%- do layout.update({'features': [], 'unusable': []}) -%}
        {%- do resolved.update({'features': []}) -%}
    {%- endif -%}
    {%- if only in ('reject_rate_increase', 'class_shift', 'entropy_spike', 'feature_ks') -%}
        {%- do layout.update({'categories': [], 'lost_categories': []}) -%}
        {%- do resolved.update({'categories': []}) -%}
    {%- endif -%}
    {%- if only in ('feature_psi', 'feature_ks', 'entropy_spike') -%}
        {%- do layout.update({'label': none}) -%}
        {%- do resolved.update({'label': 'null'}) -%}
    {%- endif -%}
    {%- if only in ('feature_psi', 'feature_ks', 'reject_rate_increase', 'class_shift', 'new_category') -%}
        {%- do layout.update({'probabilities': [], 'probability_names': []}) -%}
    {%- endif -%}
{% endmacro %}

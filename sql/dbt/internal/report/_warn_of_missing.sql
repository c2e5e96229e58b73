{#
  Warn of the features of which a tenth more values are missing in the current window, NaN and infinities included, but for those
  of which an alert says so.
#}
{% macro _warn_of_missing(found) %}
    {%- set risen = [] -%}
    {%- set alerted = found['missing'] | map(attribute='result') | selectattr('is_flagged') | map(attribute='column') | list -%}
    {%- for result in found['results'] if result['feature'] not in alerted -%}
        {%- set shares = [] -%}
        {%- for prefix in ('ref_', 'cur_') -%}
            {%- set absent = result[prefix ~ 'missing'] + result[prefix ~ 'non_finite'] -%}
            {%- do shares.append(absent / ([absent + result[prefix ~ 'rows'], 1] | max)) -%}
        {%- endfor -%}
        {%- if shares[1] - shares[0] >= 0.1 -%}
            {%- set words = '{:.1f}'.format(100 * shares[0]) ~ '% to ' ~ '{:.1f}'.format(100 * shares[1]) ~ '%' -%}
            {%- do risen.append({'rise': shares[0] - shares[1], 'words': result['feature'] ~ ' (' ~ words ~ ')'}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if risen -%}
        {%- set named = risen | sort(attribute='rise') | map(attribute='words') | list -%}
        {%- set more = ' and ' ~ (named | length - 5) ~ ' more features' if named | length > 5 else '' -%}
        {%- do found['warnings'].append(
            'many more values are missing in the current window than in the reference: ' ~ named[:5] | join(', ') ~ more
        ) -%}
    {%- endif -%}
{% endmacro %}

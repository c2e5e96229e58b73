{# Refuse values that mean nothing: a threshold that is not a number, a window with both a length and an end, no time zone. #}
{% macro _refuse_bad_settings(settings) %}
    {%- set limits = {
        'psi': [0, none], 'psi_bins': [2, 100], 'psi_epsilon': [0, 0.5], 'ks': [0, 1], 'reject_rate_increase': [0, 1],
        'entropy_ratio': [1, none], 'entropy_increase': [0, 1], 'class_shift': [0, 1],
        'category_limit': [1, 1000], 'category_shift': [0, 1], 'new_category': [0, 1], 'missing_increase': [0, 1],
        'alpha': [0, 1], 'min_rows': [1, none],
        'probability_tolerance': [0, 1]
    } -%}
    {%- set whole = ('psi_bins', 'min_rows', 'category_limit') -%}
    {%- set strictly_between = ('alpha', 'psi_epsilon', 'probability_tolerance') -%}
    {%- for name, value in settings['thresholds'].items() if name != 'evidence' -%}
        {%- set low, high = limits[name] -%}
        {%- if value is not number or value is boolean or value < low or (high is not none and value > high)
                or (name in whole and value != value | int) or (name in strictly_between and (value == low or value == high)) -%}
            {%- set range = low ~ (" to " ~ high if high is not none else " up") -%}
            {{ driftql._raise_error("thresholds." ~ name ~ " is " ~ value ~ "; write a number from " ~ range) }}
        {%- endif -%}
    {%- endfor -%}
    {%- for name in ('on_drift', 'on_not_computed') if settings[name] not in ('warn', 'error', 'ignore') -%}
        {{ driftql._raise_error(name ~ " is " ~ settings[name] ~ "; write warn, error or ignore") }}
    {%- endfor -%}
    {%- if settings['schema'] not in ('lenient', 'strict') -%}
        {{ driftql._raise_error("schema is " ~ settings['schema'] ~ "; write lenient or strict") }}
    {%- endif -%}
    {%- if settings['timezone'] not in modules.pytz.all_timezones_set -%}
        {{ driftql._raise_error(
            "timezone is " ~ settings['timezone'] ~ ", which is no time zone; write a name such as Europe/Amsterdam or UTC"
        ) }}
    {%- endif -%}
    {%- if settings['at_most'] is not none -%}
        {%- do driftql._parse_span(settings['at_most'], 'at_most') -%}
    {%- endif -%}
    {%- for path, value in [
        ['thresholds.evidence', settings['thresholds']['evidence']], ['queue.enabled', settings['queue']['enabled']],
        ['history.enabled', settings['history']['enabled']], ['bins', settings['bins']],
        ['skip_unchanged', settings['skip_unchanged']]
    ] if value is not boolean -%}
        {{ driftql._raise_error(path ~ " is " ~ value ~ "; write true or false") }}
    {%- endfor -%}
    {%- set limit = settings['queue']['limit'] -%}
    {%- if limit is not integer or limit < 1 -%}
        {{ driftql._raise_error("queue.limit is " ~ limit ~ "; write a whole number from 1 up") }}
    {%- endif -%}
    {%- for role in ('reference', 'current') -%}
        {%- set window = settings[role] -%}
        {%- set kinds = [window['last'], window['during'], window['start'] or window['end']] -%}
        {%- if kinds | reject('none') | list | length > 1 -%}
            {{ driftql._raise_error("the " ~ role ~ " window has either 'last', 'during', or 'start' and 'end', not two of them") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{#
  The settings of a check: the macro's arguments, then the model's `meta: driftql:`, then `vars: driftql:`, then the
  defaults. A dictionary such as `thresholds` is merged key by key. An option that does not exist is an error.
#}
{% macro check_defaults() %}
    {{ return({
        'monitor': none,
        'time_column': none,
        'time_end': none,
        'user': none,
        'label': none,
        'reject_label': 'Mixed/Unknown',
        'probabilities': none,
        'confidence': none,
        'schema_version': none,
        'features': 'auto',
        'exclude': [],
        'reference': {'relation': none, 'last': none, 'start': none, 'end': none, 'filter': none},
        'current': {'last': none, 'start': none, 'end': none, 'filter': none},
        'thresholds': {
            'psi': 0.2, 'psi_bins': 10, 'psi_epsilon': 0.0001, 'ks': 0.05, 'reject_rate_increase': 0.1,
            'entropy_ratio': 2.0, 'class_shift': 0.15, 'alpha': 0.05, 'evidence': true, 'min_rows': 10,
            'probability_tolerance': 0.01
        },
        'bins': true,
        'on_drift': 'warn',
        'queue': {'enabled': true, 'table': 'driftql_queue', 'limit': 50},
        'history': {'enabled': true, 'prefix': 'driftql_', 'schema': none, 'database': none}
    }) }}
{% endmacro %}


{#
  Merge the sources of settings, the strongest last.

  sources  list of [what to call it in an error, dictionary]
#}
{% macro check_settings(sources) %}
    {%- set settings = driftql.check_defaults() -%}
    {%- for origin, given in sources -%}
        {%- if given is not mapping -%}
            {{ driftql.check_error(origin ~ " is " ~ given ~ "; write options and their values, such as thresholds: {psi: 0.25}") }}
        {%- endif -%}
        {%- for name, value in given.items() if value is not none -%}
            {%- if name not in settings -%}
                {{ driftql.unknown_option(origin, name, settings.keys() | list) }}
            {%- elif settings[name] is mapping -%}
                {%- if value is not mapping -%}
                    {{ driftql.check_error(origin ~ ": " ~ name ~ " is " ~ value ~ "; write a dictionary of " ~ settings[name].keys() | join(', ')) }}
                {%- endif -%}
                {%- set merged = {} -%}
                {%- do merged.update(settings[name]) -%}
                {%- for key, inner in value.items() -%}
                    {%- if key not in merged -%}
                        {{ driftql.unknown_option(origin, name ~ '.' ~ key, settings[name].keys() | list) }}
                    {%- endif -%}
                    {%- do merged.update({key: inner}) if inner is not none -%}
                {%- endfor -%}
                {%- do settings.update({name: merged}) -%}
            {%- else -%}
                {%- do settings.update({name: value}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do driftql.check_values(settings) -%}
    {{ return(settings) }}
{% endmacro %}


{# Refuse values that mean nothing: a threshold that is no number, a window with both a length and an end. #}
{% macro check_values(settings) %}
    {%- set limits = {
        'psi': [0, none], 'psi_bins': [2, 100], 'psi_epsilon': [0, 0.5], 'ks': [0, 1], 'reject_rate_increase': [0, 1],
        'entropy_ratio': [1, none], 'class_shift': [0, 1], 'alpha': [0, 1], 'min_rows': [1, none],
        'probability_tolerance': [0, 1]
    } -%}
    {%- for name, value in settings['thresholds'].items() if name != 'evidence' -%}
        {%- set low, high = limits[name] -%}
        {%- if value is not number or value is boolean or value < low or (high is not none and value > high)
                or (name in ('psi_bins', 'min_rows') and value != value | int)
                or (name in ('alpha', 'psi_epsilon', 'probability_tolerance') and (value == low or value == high)) -%}
            {{ driftql.check_error("thresholds." ~ name ~ " is " ~ value ~ "; write a number from " ~ low ~ (" to " ~ high if high is not none else " up")) }}
        {%- endif -%}
    {%- endfor -%}
    {%- if settings['on_drift'] not in ('warn', 'error', 'ignore') -%}
        {{ driftql.check_error("on_drift is " ~ settings['on_drift'] ~ "; write warn, error or ignore") }}
    {%- endif -%}
    {%- for path, value in [
        ['thresholds.evidence', settings['thresholds']['evidence']], ['queue.enabled', settings['queue']['enabled']],
        ['history.enabled', settings['history']['enabled']], ['bins', settings['bins']]
    ] if value is not boolean -%}
        {{ driftql.check_error(path ~ " is " ~ value ~ "; write true or false") }}
    {%- endfor -%}
    {%- if settings['queue']['limit'] is not integer or settings['queue']['limit'] < 1 -%}
        {{ driftql.check_error("queue.limit is " ~ settings['queue']['limit'] ~ "; write a whole number from 1 up") }}
    {%- endif -%}
    {%- for side in ('reference', 'current') -%}
        {%- set window = settings[side] -%}
        {%- if window['last'] is not none and (window['start'] is not none or window['end'] is not none) -%}
            {{ driftql.check_error("the " ~ side ~ " window has either 'last' or 'start' and 'end', not both") }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{% macro unknown_option(origin, name, known) %}
    {%- set last = name.split('.') | last -%}
    {%- set near = driftql.nearest_of(last, known) -%}
    {{ driftql.check_error(origin ~ ": there is no option '" ~ name ~ "'"
        ~ ("; did you mean '" ~ near ~ "'?" if near else "") ~ " (options: " ~ known | sort | join(', ') ~ ")") }}
{% endmacro %}


{# The name that shares most pairs of letters with a misspelt one, or ''. #}
{% macro nearest_of(name, known) %}
    {%- set best = {'name': '', 'score': 0.4} -%}
    {%- set wanted = driftql.letter_pairs(name) -%}
    {%- for candidate in known -%}
        {%- set pairs = driftql.letter_pairs(candidate) -%}
        {%- set score = 2 * (wanted | select('in', pairs) | list | length) / (wanted | length + pairs | length) -%}
        {%- do best.update({'name': candidate, 'score': score}) if score > best['score'] -%}
    {%- endfor -%}
    {{ return(best['name']) }}
{% endmacro %}


{% macro letter_pairs(name) %}
    {%- set text = '^' ~ (name | string | lower) ~ '$' -%}
    {%- set pairs = [] -%}
    {%- for index in range(text | length - 1) -%}
        {%- do pairs.append(text[index:index + 2]) -%}
    {%- endfor -%}
    {{ return(pairs) }}
{% endmacro %}


{# Stop with one sentence. #}
{% macro check_error(message) %}
    {{ exceptions.raise_compiler_error('driftql: ' ~ message) }}
{% endmacro %}

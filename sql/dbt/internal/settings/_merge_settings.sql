{#
  Merge the sources of settings over the defaults. A dictionary such as `thresholds` is merged key by key; of a window's times
  those of a stronger source stand alone, where they are given in another way (last; start and end). An option that
  does not exist is an error, and so is a value that means nothing.

  sources  list of [what to call it in an error, dictionary], the strongest last; a relation in place of a window's options
           means all of its rows
#}
{% macro _merge_settings(sources) %}
    {%- set settings = driftql._default_settings() -%}
    {%- for origin, given in sources -%}
        {%- if given is not mapping -%}
            {{ driftql._raise_error(
                origin ~ " is " ~ given ~ "; write options and their values, such as thresholds: {psi: 0.25}"
            ) }}
        {%- endif -%}
        {%- for name, value in given.items() if value is not none -%}
            {%- set value = {'relation': value} if driftql._is_relation(value) else value -%}
            {%- if name not in settings -%}
                {{ driftql._refuse_option(origin, name, settings.keys() | list) }}
            {%- elif settings[name] is mapping -%}
                {%- if value is not mapping -%}
                    {{ driftql._raise_error(
                        origin ~ ": " ~ name ~ " is " ~ value ~ "; write a dictionary of " ~ settings[name].keys() | join(', ')
                    ) }}
                {%- endif -%}
                {%- set merged = {} -%}
                {%- do merged.update(settings[name]) -%}
                {%- do driftql._forget_times(merged, value) if name in ('reference', 'current') -%}
                {%- for key, inner in value.items() -%}
                    {%- if key not in merged -%}
                        {{ driftql._refuse_option(origin, name ~ '.' ~ key, settings[name].keys() | list) }}
                    {%- endif -%}
                    {%- do merged.update({key: inner}) if inner is not none -%}
                {%- endfor -%}
                {%- do settings.update({name: merged}) -%}
            {%- else -%}
                {%- do settings.update({name: value}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do driftql._refuse_bad_settings(settings) -%}
    {{ return(settings) }}
{% endmacro %}


{# Refuse an option that does not exist, and name the nearest one. #}
{% macro _refuse_option(origin, name, known) %}
    {%- set near = driftql._nearest_name(name.split('.') | last, known) -%}
    {{ driftql._raise_error(
        origin ~ ": there is no option '" ~ name ~ "'" ~ ("; did you mean '" ~ near ~ "'?" if near else "")
        ~ " (options: " ~ known | sort | join(', ') ~ ")"
    ) }}
{% endmacro %}


{# Forget the times of a window that a weaker source has given in another way: its length, where the stronger one names its ends. #}
{% macro _forget_times(window, given) %}
    {%- set ways = [('last',), ('during',), ('start', 'end')] -%}
    {%- set chosen = [] -%}
    {%- for way in ways -%}
        {%- for key in way if given.get(key) is not none -%}
            {%- do chosen.append(way) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for way in ways if chosen and way not in chosen -%}
        {%- for key in way if key in window -%}
            {%- do window.update({key: none}) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}

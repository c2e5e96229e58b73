{#
  Return the column that plays a role by its name, or none. What is lost where a relation lacks the column, or where it does
  not fit, is said in `notes`.
#}
{% macro _conventional_role(role, conventional, pairs, excluded, ref, cur, notes) %}
    {%- set found = [] -%}
    {%- for pair in pairs if pair['name'] | lower == conventional and pair['name'] not in excluded -%}
        {%- do found.insert(0 if pair['name'] == conventional else found | length, pair) -%}
    {%- endfor -%}
    {%- if not found -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set pair = found[0] -%}
    {%- for column, source in [[pair['ref'], ref['source']], [pair['cur'], cur['source']]] if column is not none -%}
        {%- if not driftql._fits_role(column, role) -%}
            {%- set reason = column['type'] ~ ': ' ~ driftql._role_needs(role) ~ ' is needed' -%}
            {%- do notes['left_out'].append({'column': pair['name'], 'reason': reason, 'window': pair['only']}) -%}
            {%- do notes['lost_roles'].update({pair['name']: role}) -%}
            {%- do notes['warnings'].append(
                "the column '" ~ pair['name'] ~ "' of " ~ source ~ " is " ~ column['type'] ~ ", where "
                ~ driftql._role_needs(role) ~ " is needed; it is left out"
            ) -%}
            {{ return(none) }}
        {%- endif -%}
    {%- endfor -%}
    {%- if pair['cur'] is none or (pair['ref'] is none and role == 'label') -%}
        {%- set reason = (ref if pair['ref'] is none else cur)['source'] ~ " has no column '" ~ pair['name'] ~ "'" -%}
        {%- set only = 'only in the ' ~ pair['only'] ~ ' window' -%}
        {%- do notes['left_out'].append({'column': pair['name'], 'reason': only, 'window': pair['only']}) -%}
        {%- do notes['lost_roles'].update({pair['name']: role}) -%}
        {%- if role == 'label' -%}
            {%- do notes['lost'].extend([['reject_rate_increase', reason], ['class_shift', reason]]) -%}
        {%- else -%}
            {%- do notes['warnings'].append(reason ~ ', so ' ~ driftql._without_role(role)) -%}
        {%- endif -%}
        {{ return(none) }}
    {%- endif -%}
    {%- do notes['only_current'].append(pair['cur']) if pair['ref'] is none -%}
    {{ return(dict(pair['cur'], name=pair['name'])) }}
{% endmacro %}


{# Say what a check does without a role. #}
{% macro _without_role(role) %}
    {{ return({
        'user': 'no rows are put into the labeling queue',
        'bucket_start': 'the time range of its rows is not known',
        'bucket_end': 'a bucket is taken to end 60 seconds after its start',
        'confidence': 'its confidence is not described',
        'schema_version': 'its schema version is not known'
    }[role]) }}
{% endmacro %}

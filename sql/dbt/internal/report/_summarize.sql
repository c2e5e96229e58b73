{# Put a verdict into one line, in the words of Python. #}
{% macro _summarize(found, verdict) %}
    {%- set failed = verdict['not_computed'] | length -%}
    {%- set missing = ' ' ~ failed ~ ' check' ~ ('s' if failed != 1 else '') ~ ' could not be computed.' if failed else '' -%}
    {%- if not verdict['alerts'] -%}
        {%- set parts = [] -%}
        {%- set answered = [] -%}
        {%- for result in found['results'] if result['psi' if result['kind'] == 'category' else 'ks_statistic'] is not none -%}
            {%- do answered.append(result) -%}
        {%- endfor -%}
        {%- set features = answered | selectattr('role', 'equalto', 'feature') | list | length -%}
        {%- for what, count in [['feature', features], ['score', answered | length - features]] if count -%}
            {%- do parts.append(count ~ ' ' ~ what ~ ('s' if count != 1 else '')) -%}
        {%- endfor -%}
        {%- do parts.append('reject rate') if found['reject_rate'] is not none -%}
        {%- do parts.append('entropy') if found['entropy'] is not none -%}
        {%- do parts.append('class mix') if found['classes'] is not none -%}
        {%- if not parts -%}
            {{ return('Nothing could be compared.' ~ missing) }}
        {%- endif -%}
        {%- set listed = parts[0] if parts | length == 1 else parts[:-1] | join(', ') ~ ' and ' ~ parts[-1] -%}
        {{ return('No alert: ' ~ listed ~ ' within the thresholds.' ~ missing) }}
    {%- endif -%}
    {%- set ranked = [] -%}
    {%- for alert in verdict['alerts'] -%}
        {%- set details = alert['details'] -%}
        {%- do ranked.append({
            'place': 0 if alert['severity'] == 'critical' else 1,
            'size': 0 - (details.get('psi') or details.get('ks_statistic') or driftql._risen_share(alert)),
            'words': driftql._headline(alert)
        }) -%}
    {%- endfor -%}
    {%- set shown = ranked | sort(attribute='place,size') | map(attribute='words') | list -%}
    {%- set critical = ranked | selectattr('place', 'equalto', 0) | list | length -%}
    {%- set count = shown | length -%}
    {{ return(count ~ ' alert' ~ ('s' if count != 1 else '') ~ (', ' ~ critical ~ ' critical' if critical else '') ~ ': '
        ~ shown[:6] | join(', ') ~ (', and ' ~ (count - 6) ~ ' more' if count > 6 else '') ~ '.' ~ missing) }}
{% endmacro %}


{# Return by how much the share of missing values has risen, for an alert of them; 0 for any other. #}
{% macro _risen_share(alert) %}
    {{ return(alert['details']['increase'] if alert['trigger'] == 'missing_increase' else 0) }}
{% endmacro %}


{# Name an alert in a few words: what drifted, and how far. #}
{% macro _headline(alert) %}
    {%- set details = alert['details'] -%}
    {%- if alert['trigger'] == 'missing_increase' -%}
        {%- set rise = '+' ~ '{:.1f}'.format(100 * details['increase']) ~ ' points' -%}
        {%- set what = driftql._name_missing(details) -%}
        {%- if alert['affected_features'] -%}
            {{ return(details['column'] ~ ' (' ~ what ~ ' ' ~ rise ~ ')') }}
        {%- endif -%}
        {{ return(what ~ ' (' ~ rise ~ ')') }}
    {%- elif alert['trigger'] == 'schema_change' -%}
        {%- set count = details['vanished'] | length + details['retyped'] | length + details['added'] | length -%}
        {{ return(count ~ ' column' ~ ('s' if count != 1 else '') ~ ' changed') }}
    {%- endif -%}
    {%- if alert['trigger'] == 'new_category' -%}
        {%- set feature = alert['affected_features'] | first -%}
        {%- set subject, what = [feature, 'categories'] if alert['affected_features'] else ['label', 'classes'] -%}
        {{ return(subject ~ ' (' ~ '{:.1f}'.format(100 * details['share']) ~ '% in new ' ~ what ~ ')') }}
    {%- elif alert['trigger'] == 'feature_psi' and details.get('total_variation') is not none
            and details['psi'] <= details['threshold'] -%}
        {{ return(alert['affected_features'][0] ~ ' (mix by ' ~ '{:.1f}'.format(100 * details['total_variation']) ~ ' points)') }}
    {%- elif alert['trigger'] == 'feature_psi' -%}
        {{ return(alert['affected_features'][0] ~ ' (PSI ' ~ '{:.2f}'.format(details['psi']) ~ ')') }}
    {%- elif alert['trigger'] == 'feature_ks' -%}
        {{ return(alert['affected_features'][0] ~ ' (KS ' ~ '{:.2f}'.format(details['ks_statistic']) ~ ')') }}
    {%- elif alert['trigger'] == 'reject_rate_increase' -%}
        {{ return('reject rate (+' ~ '{:.1f}'.format(100 * details['increase']) ~ ' points)') }}
    {%- elif alert['trigger'] == 'entropy_spike' and details['ratio'] <= details['threshold'] and details['change'] is not none -%}
        {{ return('entropy (' ~ '{:+.2f}'.format(details['change']) ~ ' of its largest value)') }}
    {%- elif alert['trigger'] == 'entropy_spike' -%}
        {{ return('entropy (' ~ '{:.1f}'.format(details['ratio']) ~ ' times the reference)') }}
    {%- endif -%}
    {{ return('class mix (' ~ details['shifted_classes'][0] ~ ' by ' ~ '{:.1f}'.format(100 * details['max_shift']) ~ ' points)') }}
{% endmacro %}


{# Say what is missing, in few words. #}
{% macro _name_missing(details) %}
    {%- if details['kind'] == 'non_finite' -%}
        {{ return('NaN or infinite') }}
    {%- endif -%}
    {{ return({
        'label': 'no label', 'probabilities': 'incomplete probabilities', 'user': 'no ' ~ details['column'],
        'bucket_start': 'no ' ~ details['column']
    }.get(details['role'], 'missing')) }}
{% endmacro %}

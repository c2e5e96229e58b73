{#
  The two windows: which rows of which relation each of them holds.
#}

{# A date or time, given as text or as YAML reads it, as a moment in UTC. #}
{% macro parse_moment(value, what) %}
    {%- set found = modules.re.match('^(\\d{4})-(\\d\\d?)-(\\d\\d?)(?:[T ](\\d\\d?):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?)?\\s*(Z|[+-]\\d\\d(?::?\\d\\d)?)?$', value | string | trim) -%}
    {%- if not found -%}
        {{ driftql.check_error(what ~ " is '" ~ value ~ "'; write a date or time such as 2026-01-31 or 2026-01-31T12:00") }}
    {%- endif -%}
    {%- set part = found.groups() -%}
    {%- set microseconds = ((part[6] or '0') ~ '000000')[:6] | int -%}
    {%- set moment = modules.datetime.datetime(part[0] | int, part[1] | int, part[2] | int, (part[3] or 0) | int, (part[4] or 0) | int, (part[5] or 0) | int, microseconds) -%}
    {%- if part[7] and part[7] != 'Z' -%}
        {%- set digits = part[7][1:] | replace(':', '') ~ '00' -%}
        {%- set offset = modules.datetime.timedelta(hours=digits[:2] | int, minutes=digits[2:4] | int) -%}
        {{ return(moment - offset if part[7][0] == '+' else moment + offset) }}
    {%- endif -%}
    {{ return(moment) }}
{% endmacro %}


{# A span such as 7d or 36h. #}
{% macro parse_span(value, what) %}
    {%- set found = modules.re.match('^\\s*([0-9]+(?:\\.[0-9]+)?)\\s*(s|m|h|d|w)\\s*$', value | string) -%}
    {%- if not found or found.group(1) | float == 0 -%}
        {{ driftql.check_error(what ~ " is '" ~ value ~ "'; write a number and s, m, h, d or w, such as 7d or 36h") }}
    {%- endif -%}
    {%- set seconds = {'s': 1, 'm': 60, 'h': 3600, 'd': 86400, 'w': 604800}[found.group(2)] -%}
    {{ return(modules.datetime.timedelta(seconds=seconds * (found.group(1) | float))) }}
{% endmacro %}


{#
  Both windows. Each is a dictionary of `sql` (what stands after `from`), `start` and `end` (moments or none), `filter` and
  `source`.

  ref, cur  dictionaries of `columns`, `source` and `sql`; `same` tells whether they are one relation
#}
{% macro check_windows(settings, layout, ref, cur, same, statements) %}
    {%- set reference = settings['reference'] -%}
    {%- set current = settings['current'] -%}
    {%- set has_filters = reference['filter'] is not none and current['filter'] is not none -%}
    {%- set time = layout['bucket_start'] -%}
    {%- set last = current['last'] -%}
    {%- set current_bounded = last is not none or current['start'] is not none or current['end'] is not none -%}
    {%- set reference_bounded = reference['last'] is not none or reference['start'] is not none or reference['end'] is not none -%}
    {%- if same and not current_bounded and reference['filter'] is none and current['filter'] is none -%}
        {%- set last, current_bounded = '7d', true -%}
    {%- endif -%}
    {%- set range = {'ref_start': none, 'ref_end': none, 'cur_start': none, 'cur_end': none} -%}
    {%- if current_bounded or reference_bounded -%}
        {%- if time is none -%}
            {{ driftql.check_error(cur['source'] ~ " has no time column that driftql knows (bucket_start_ts), so its windows cannot be told apart by time: name one with time_column, or give each window a filter or the reference a relation of its own") }}
        {%- endif -%}
        {%- for side, name, window in [['cur', 'current', current], ['ref', 'reference', reference]] -%}
            {%- for end in ('start', 'end') if window[end] is not none -%}
                {%- do range.update({side ~ '_' ~ end: driftql.parse_moment(window[end], name ~ '.' ~ end)}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if last is not none -%}
            {%- set newest = driftql.newest_of(cur, time, statements) -%}
            {%- if newest is none -%}
                {#- No row has a time: an empty window, which the check reports as not computed. -#}
                {%- set newest = modules.datetime.datetime(1970, 1, 1) -%}
            {%- endif -%}
            {%- set end = newest + modules.datetime.timedelta(microseconds=1) -%}
            {%- do range.update({'cur_end': end, 'cur_start': end - driftql.parse_span(last, 'current.last')}) -%}
        {%- endif -%}
        {%- if reference['last'] is not none or (same and not reference_bounded and not has_filters) -%}
            {%- if same -%}
                {%- set start = range['cur_start'] -%}
            {%- else -%}
                {%- set newest = driftql.newest_of(ref, time, statements) or modules.datetime.datetime(1970, 1, 1) -%}
                {%- set start = newest + modules.datetime.timedelta(microseconds=1) -%}
            {%- endif -%}
            {%- if start is none -%}
                {{ driftql.check_error("the reference window is to end where the current one starts, but the current window has no start") }}
            {%- endif -%}
            {%- if reference['last'] is not none -%}
                {%- set span = driftql.parse_span(reference['last'], 'reference.last') -%}
            {%- elif range['cur_end'] is not none -%}
                {%- set span = range['cur_end'] - range['cur_start'] -%}
            {%- else -%}
                {%- set span = modules.datetime.timedelta(days=7) -%}
            {%- endif -%}
            {%- do range.update({'ref_start': start - span, 'ref_end': start}) -%}
        {%- endif -%}
    {%- endif -%}
    {%- for side in ('ref', 'cur') if range[side ~ '_start'] is not none and range[side ~ '_end'] is not none and range[side ~ '_start'] >= range[side ~ '_end'] -%}
        {{ driftql.check_error("the window is reversed: it starts at " ~ range[side ~ '_start'] ~ ", at or after its end, " ~ range[side ~ '_end'] ~ "; swap the two") }}
    {%- endfor -%}
    {%- set windows = {} -%}
    {%- for side, name, base, window in [['ref', 'reference', ref, reference], ['cur', 'current', cur, current]] -%}
        {%- set conditions = ['(' ~ window['filter'] ~ ')'] if window['filter'] is not none else [] -%}
        {%- for end, comparison in [['start', '>='], ['end', '<']] if range[side ~ '_' ~ end] is not none -%}
            {%- do conditions.append('(' ~ driftql.utc_of(time) ~ ' ' ~ comparison ~ ' ' ~ driftql.moment_value(range[side ~ '_' ~ end]) | trim ~ ')') -%}
        {%- endfor -%}
        {%- set condition = conditions | join(' and ') or '(1 = 1)' -%}
        {%- do windows.update({name: {
            'role': name,
            'source': base['source'],
            'filter': window['filter'],
            'start': range[side ~ '_start'],
            'end': range[side ~ '_end'],
            'condition': condition,
            'sql': '(select * from ' ~ base['sql'] ~ ' as monitored where ' ~ condition ~ ')' if conditions else base['sql']
        }}) -%}
    {%- endfor -%}
    {%- if same -%}
        {%- do driftql.refuse_overlap(windows, cur, statements) -%}
    {%- endif -%}
    {{ return(windows) }}
{% endmacro %}


{% macro newest_of(base, time, statements) %}
    {%- set found = driftql.rows_of(driftql.bucket_range(base['sql'], driftql.utc_of(time)), statements, 'bucket_range') -%}
    {%- set newest = found[0]['last_bucket'] if found else none -%}
    {{ return(driftql.parse_moment(newest, 'the newest row of ' ~ base['source']) if newest is not none else none) }}
{% endmacro %}


{% macro refuse_overlap(windows, base, statements) %}
    {%- set ref, cur = windows['reference'], windows['current'] -%}
    {%- if ref['end'] is not none and cur['start'] is not none and ref['end'] <= cur['start'] -%}
        {{ return('') }}
    {%- elif ref['start'] is not none and cur['end'] is not none and cur['end'] <= ref['start'] -%}
        {{ driftql.check_error("the windows are reversed: the reference starts at " ~ ref['start'] ~ ", when the current window has ended (" ~ cur['end'] ~ "); swap the two") }}
    {%- elif ref['filter'] is none and cur['filter'] is none -%}
        {{ driftql.check_error("the windows overlap: the reference ends at " ~ (ref['end'] or 'its last row') ~ ", the current window starts at " ~ (cur['start'] or 'its first row') ~ "; end the one before the other") }}
    {%- endif -%}
    {%- set both = driftql.rows_of(driftql.window_overlap(base['sql'], ref['condition'], cur['condition']), statements, 'window_overlap')[0]['rows_in_both'] -%}
    {%- if both -%}
        {{ driftql.check_error("the windows overlap: " ~ both ~ " rows of " ~ base['source'] ~ " are in both; make their filters exclude each other") }}
    {%- endif -%}
{% endmacro %}


{# A window in a few words, as the Python host puts it. #}
{% macro window_words(window) %}
    {%- set words = [window['source']] -%}
    {%- set form = '%Y-%m-%d %H:%M' -%}
    {%- if window['start'] is not none and window['end'] is not none -%}
        {%- do words.append(window['start'].strftime(form) ~ ' to ' ~ window['end'].strftime(form)) -%}
    {%- elif window['start'] is not none -%}
        {%- do words.append('from ' ~ window['start'].strftime(form)) -%}
    {%- elif window['end'] is not none -%}
        {%- do words.append('before ' ~ window['end'].strftime(form)) -%}
    {%- endif -%}
    {%- do words.append('where ' ~ window['filter']) if window['filter'] is not none -%}
    {{ return(words | join(', ')) }}
{% endmacro %}


{#
  The whole reading of settings and tables: layout, windows and the values that the finishing macros take.

  current  the relation that is checked, or a query in its place
#}
{% macro resolve_check(settings, current, current_source, statements) %}
    {%- set cur = {'columns': driftql.columns_of(current), 'source': current_source, 'sql': '(select * from ' ~ current ~ ')' if current is string else current | string} -%}
    {%- set ref = cur -%}
    {%- set relation = settings['reference']['relation'] -%}
    {%- if relation is not none -%}
        {%- if relation is string -%}
            {%- set parts = relation.split('.') -%}
            {%- set wanted = relation -%}
            {%- set relation = adapter.get_relation(
                database=parts[-3] if parts | length > 2 else target.database,
                schema=parts[-2] if parts | length > 1 else target.schema,
                identifier=parts[-1]) -%}
            {%- if relation is none -%}
                {{ driftql.check_error("there is no relation '" ~ wanted ~ "' for reference.relation; write schema.table, or ref('model') in place of it") }}
            {%- endif -%}
        {%- endif -%}
        {%- set ref = {'columns': driftql.columns_of(relation), 'source': relation.schema ~ '.' ~ relation.identifier, 'sql': relation | string} -%}
    {%- endif -%}
    {%- set same = ref['sql'] == cur['sql'] -%}
    {%- set layout = driftql.check_layout(settings, ref, cur, statements) -%}
    {%- set windows = driftql.check_windows(settings, layout, ref, cur, same, statements) -%}
    {%- set rules = settings['thresholds'] -%}
    {%- set fractions = [] -%}
    {%- for index in range(1, rules['psi_bins'] | int) -%}
        {%- do fractions.append(driftql.double_value(index * (100 / rules['psi_bins']) / 100)) -%}
    {%- endfor -%}
    {%- set finished = {
        'min_rows': rules['min_rows'] | int,
        'reject_label': driftql.text_value(settings['reject_label']),
        'entropy_floor': '1e-8',
        'evidence': 1 if rules['evidence'] else 0
    } -%}
    {%- for name in ('psi', 'psi_epsilon', 'ks', 'reject_rate_increase', 'entropy_ratio', 'class_shift', 'alpha', 'probability_tolerance') -%}
        {%- do finished.update({name: driftql.double_value(rules[name])}) -%}
    {%- endfor -%}
    {{ return({
        'layout': layout,
        'reference': windows['reference'],
        'current': windows['current'],
        'fractions': fractions,
        'finished': finished,
        'label': adapter.quote(layout['label']['name']) if layout['label'] is not none else 'null',
        'probabilities': driftql.quoted_probabilities(layout),
        'is_list': driftql.is_list_of(layout)
    }) }}
{% endmacro %}

{#
  Decide which rows each window holds.

  layout    what _choose_columns returns
  ref, cur  dictionaries of `columns`, `source` (what to call it) and `sql` (what stands after `from`)
  same      whether both windows are rows of one relation

  Returns a dictionary of `reference` and `current`; each has `role`, `source`, `filter`, `start` and `end` (moments in UTC or
  none), `by_day` (whether these are days, because the time column is a date), `zone` (that of times without an offset),
  `relation` and `conditions` (which rows of it), and `sql` (what stands after `from`). `warnings` says what is strange about
  the times.
#}
{% macro _choose_windows(settings, layout, ref, cur, same, statements) %}
    {%- set times = driftql._choose_times(settings, layout, ref, cur, same, statements) -%}
    {%- set time, zone = layout['bucket_start'], settings['timezone'] -%}
    {%- set by_day = time is not none and time['kind'] == 'date' -%}
    {%- set windows = {'warnings': times['warnings']} -%}
    {%- for prefix, role, base in [['ref', 'reference', ref], ['cur', 'current', cur]] -%}
        {%- set filter = settings[role]['filter'] -%}
        {%- set conditions = ['(' ~ filter ~ ')'] if filter is not none else [] -%}
        {%- for end, comparison in [['start', '>='], ['end', '<']] if times[prefix ~ '_' ~ end] is not none -%}
            {%- set own = driftql._find_column(time['name'], base['columns'], none, '') or time -%}
            {%- set moment = driftql._bound_text(times[prefix ~ '_' ~ end], own['kind'], zone) -%}
            {%- do conditions.append(driftql.time_bound(
                driftql._quote(time['name']), own['kind'], comparison, driftql._text_literal(moment)
            ) | trim) -%}
        {%- endfor -%}
        {%- set all = '(select * from ' ~ base['sql'] ~ ' as monitored where ' ~ conditions | join(' and ') ~ ')' -%}
        {%- do windows.update({role: {
            'role': role,
            'source': base['source'],
            'filter': filter,
            'start': times[prefix ~ '_start'],
            'end': times[prefix ~ '_end'],
            'by_day': by_day,
            'zone': zone,
            'relation': base['sql'],
            'conditions': conditions,
            'sql': all if conditions else base['sql']
        }}) -%}
    {%- endfor -%}
    {%- if same -%}
        {%- do driftql._refuse_overlap(windows, cur, statements) -%}
    {%- endif -%}
    {{ return(windows) }}
{% endmacro %}


{# Return the moments in UTC between which the windows lie: ref_start, ref_end, cur_start and cur_end; none: no limit. Beside
   them, `warnings`. #}
{% macro _choose_times(settings, layout, ref, cur, same, statements) %}
    {%- set reference, current, zone = settings['reference'], settings['current'], settings['timezone'] -%}
    {%- set times = {'ref_start': none, 'ref_end': none, 'cur_start': none, 'cur_end': none, 'warnings': []} -%}
    {%- set cur_bounded, ref_bounded = driftql._is_bounded(current), driftql._is_bounded(reference) -%}
    {%- set last = current['last'] -%}
    {%- set time = layout['bucket_start'] -%}
    {%- set told = cur_bounded or current['filter'] is not none -%}
    {%- if not told and ((reference['filter'] is none) if same else (time is not none and not current.get('whole'))) -%}
        {%- set last, cur_bounded = '7d', true -%}
    {%- endif -%}
    {%- if not cur_bounded and not ref_bounded -%}
        {{ return(times) }}
    {%- endif -%}

    {%- if time is none -%}
        {{ driftql._raise_error(
            cur['source'] ~ " has no time column that driftql knows (bucket_start_ts), so its windows cannot be told apart by "
            ~ "time: name one with time_column, or give each window a filter or the reference a relation of its own"
        ) }}
    {%- endif -%}
    {%- if ref_bounded and time['name'] in layout['only_current'] | map(attribute='name') | list -%}
        {{ driftql._raise_error(
            ref['source'] ~ " has no column '" ~ time['name'] ~ "' for the option 'time_column', which the reference window needs"
        ) }}
    {%- endif -%}
    {%- set newest = {} -%}
    {%- for prefix, role, base in [['cur', 'current', cur], ['ref', 'reference', ref]] -%}
        {%- set window = settings[role] -%}
        {%- if window['during'] is not none -%}
            {%- set start, end = driftql._parse_period(window['during'], zone, role ~ '.during') -%}
            {%- do times.update({prefix ~ '_start': start, prefix ~ '_end': end}) -%}
        {%- endif -%}
        {%- set spans = [last] if role == 'current' else [reference['last'] if not same else none] -%}
        {%- for end in ('start', 'end') if window[end] is not none -%}
            {%- do spans.append(window[end]) if driftql._read_span(window[end]) is not none -%}
        {%- endfor -%}
        {%- if spans | reject('none') | list -%}
            {%- do newest.update({
                role: driftql._newest_end(base, time, window['filter'], zone, statements, times['warnings'])
            }) -%}
        {%- endif -%}
        {%- for end in ('start', 'end') if window[end] is not none -%}
            {%- do times.update({
                prefix ~ '_' ~ end: driftql._parse_end(window[end], zone, (newest[role] or {}).get('end'), role ~ '.' ~ end)
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if last is not none -%}
        {%- set span = driftql._parse_span(last, 'current.last') -%}
        {%- do driftql._warn_of_age(newest['current']['moment'], span, cur, times['warnings']) -%}
        {%- set end = newest['current']['end'] -%}
        {%- do times.update({'cur_end': end, 'cur_start': driftql._before(end, span, zone)}) -%}
    {%- endif -%}
    {%- set has_filters = reference['filter'] is not none and current['filter'] is not none -%}
    {%- if reference['last'] is not none or (same and not ref_bounded and not has_filters) -%}
        {%- set end = times['cur_start'] if same else newest['reference']['end'] -%}
        {%- if end is none -%}
            {{ driftql._raise_error(
                "the reference window is to end where the current one starts, but the current window has no start"
            ) }}
        {%- endif -%}
        {%- if reference['last'] is not none -%}
            {%- set start = driftql._before(end, driftql._parse_span(reference['last'], 'reference.last'), zone) -%}
        {%- elif last is not none -%}
            {%- set start = driftql._before(end, driftql._parse_span(last, 'current.last'), zone) -%}
        {%- elif current['during'] is not none -%}
            {%- set start = driftql._period_before(times['cur_start'], times['cur_end'], zone) -%}
        {%- elif times['cur_end'] is not none -%}
            {%- set start = end - (times['cur_end'] - times['cur_start']) -%}
        {%- else -%}
            {%- set start = driftql._before(end, driftql._parse_span('7d', 'reference.last'), zone) -%}
        {%- endif -%}
        {%- do times.update({'ref_start': start, 'ref_end': end}) -%}
    {%- endif -%}
    {%- if time['kind'] == 'date' -%}
        {#- A date is at or after a moment where it is at or after the next midnight. -#}
        {%- for name in ('ref_start', 'ref_end', 'cur_start', 'cur_end') if times[name] is not none -%}
            {%- do times.update({name: driftql._to_utc(driftql._next_midnight(driftql._to_local(times[name], zone)), zone)}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for prefix in ('ref', 'cur') if times[prefix ~ '_start'] is not none and times[prefix ~ '_end'] is not none -%}
        {%- set start, end = times[prefix ~ '_start'], times[prefix ~ '_end'] -%}
        {%- if start >= end -%}
            {{ driftql._raise_error(
                "the window is reversed: it starts at " ~ driftql._to_local(start, zone) ~ ", at or after its end, "
                ~ driftql._to_local(end, zone) ~ "; swap the two"
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(times) }}
{% endmacro %}


{# Return whether the settings of a window say when it begins or ends. #}
{% macro _is_bounded(window) %}
    {%- for name in ('last', 'during', 'start', 'end') if window[name] is not none -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}


{# Return when the newest row of a relation begins (`moment`), and the first moment after it (`end`), both in UTC. #}
{% macro _newest_end(base, time, filter, zone, statements, warnings) %}
    {%- set moment = driftql._newest_moment(base, time, filter, statements, warnings) -%}
    {#- An end is exclusive: a microsecond after the newest row keeps that row. -#}
    {{ return({'moment': moment, 'end': moment + modules.datetime.timedelta(microseconds=1)}) }}
{% endmacro %}


{#
  Return when the newest row of a relation begins; 1970 where no row has a time, which makes an empty window. Rows that are
  dated more than a day ahead do not count.

  filter    the condition of the window, or none
  warnings  a list; what is strange about the times is added to it
#}
{% macro _newest_moment(base, time, filter, statements, warnings) %}
    {%- set moment, what = driftql._utc_time(time), 'the newest row of ' ~ base['source'] -%}
    {%- set condition = '(' ~ filter ~ ')' if filter is not none else '' -%}
    {%- set found = driftql._fetch_rows(driftql.bucket_range(base['sql'], moment, condition), statements, 'bucket_range') -%}
    {%- set newest = found[0]['last_bucket'] if found else none -%}
    {%- set horizon = modules.datetime.datetime.utcnow() + modules.datetime.timedelta(days=1) -%}
    {%- set is_moment = newest is not none and modules.re.match('^\\d{4}-', newest | string) -%}
    {%- if newest is not none and (not is_moment or driftql._parse_moment(newest, what) >= horizon) -%}
        {%- set query = driftql.past_rows(base['sql'], moment, driftql._moment_literal(horizon) | trim, condition) -%}
        {%- set past = driftql._fetch_rows(query, statements, 'past_rows')[0] -%}
        {%- set rows = '{:,}'.format(past['future_rows'] | int) ~ (' row is' if past['future_rows'] | int == 1 else ' rows are') -%}
        {%- do warnings.append(
            rows ~ " dated in the future in '" ~ time['name'] ~ "' of " ~ base['source'] ~ ' (up to ' ~ newest
            ~ '), and left out when the newest row was looked for'
        ) -%}
        {%- set newest = past['last_bucket'] -%}
    {%- endif -%}
    {%- if newest is none -%}
        {{ return(modules.datetime.datetime(1970, 1, 1)) }}
    {%- endif -%}
    {{ return(driftql._parse_moment(newest, what)) }}
{% endmacro %}


{# Warn where the newest row is older than the current window is long, and than a day; span: see _parse_span. #}
{% macro _warn_of_age(newest, span, base, warnings) %}
    {%- set day = modules.datetime.timedelta(days=1) -%}
    {%- set age = modules.datetime.datetime.utcnow() - newest -%}
    {%- if newest.year > 1970 and age > span['about'] and age > day -%}
        {%- if age > 366 * day -%}
            {%- set words = 'more than a year' -%}
        {%- elif age >= 2 * day -%}
            {%- set words = age.days ~ ' days' -%}
        {%- else -%}
            {%- set words = (24 + age.seconds // 3600) ~ ' hours' -%}
        {%- endif -%}
        {%- do warnings.append(
            'the newest row of ' ~ base['source'] ~ ' is of ' ~ newest.strftime('%Y-%m-%d') ~ ', ' ~ words ~ ' ago'
        ) -%}
    {%- endif -%}
{% endmacro %}


{# Refuse windows of one relation that share rows, or whose reference comes after the current window. #}
{% macro _refuse_overlap(windows, base, statements) %}
    {%- set ref, cur = windows['reference'], windows['current'] -%}
    {%- if ref['end'] is not none and cur['start'] is not none and ref['end'] <= cur['start'] -%}
        {{ return('') }}
    {%- elif ref['start'] is not none and cur['end'] is not none and cur['end'] <= ref['start'] -%}
        {{ driftql._raise_error(
            "the windows are reversed: the reference starts at " ~ ref['start'] ~ ", when the current window has ended ("
            ~ cur['end'] ~ "); swap the two"
        ) }}
    {%- elif ref['filter'] is none and cur['filter'] is none -%}
        {{ driftql._raise_error(
            "the windows overlap: the reference ends at " ~ (ref['end'] or 'its last row') ~ ", the current window starts at "
            ~ (cur['start'] or 'its first row') ~ "; end the one before the other"
        ) }}
    {%- endif -%}
    {%- set ref_condition = ref['conditions'] | join(' and ') or '(1 = 1)' -%}
    {%- set cur_condition = cur['conditions'] | join(' and ') or '(1 = 1)' -%}
    {%- set overlap = driftql.window_overlap(base['sql'], ref_condition, cur_condition) -%}
    {%- set shared = driftql._fetch_rows(overlap, statements, 'window_overlap')[0]['rows_in_both'] -%}
    {%- if shared -%}
        {{ driftql._raise_error(
            "the windows overlap: " ~ shared ~ " rows of " ~ base['source'] ~ " are in both; make their filters exclude each other"
        ) }}
    {%- endif -%}
{% endmacro %}

{#
  Decide which rows each window holds.

  layout    what _choose_columns returns
  ref, cur  dictionaries of `columns`, `source` (what to call it) and `sql` (what stands after `from`)
  same      whether both windows are rows of one relation

  Returns a dictionary of `reference` and `current`; each has `role`, `source`, `filter`, `start` and `end` (moments or none),
  `relation` and `conditions` (which rows of it), and `sql` (what stands after `from`). `warnings` says what is strange about
  the times.
#}
{% macro _choose_windows(settings, layout, ref, cur, same, statements) %}
    {%- set times = driftql._choose_times(settings, layout, ref, cur, same, statements) -%}
    {%- set windows = {'warnings': times['warnings']} -%}
    {%- for prefix, role, base in [['ref', 'reference', ref], ['cur', 'current', cur]] -%}
        {%- set filter = settings[role]['filter'] -%}
        {%- set conditions = ['(' ~ filter ~ ')'] if filter is not none else [] -%}
        {%- for end, comparison in [['start', '>='], ['end', '<']] if times[prefix ~ '_' ~ end] is not none -%}
            {%- set moment = driftql._moment_literal(times[prefix ~ '_' ~ end]) | trim -%}
            {%- do conditions.append('(' ~ driftql._utc_time(layout['bucket_start']) ~ ' ' ~ comparison ~ ' ' ~ moment ~ ')') -%}
        {%- endfor -%}
        {%- set all = '(select * from ' ~ base['sql'] ~ ' as monitored where ' ~ conditions | join(' and ') ~ ')' -%}
        {%- do windows.update({role: {
            'role': role,
            'source': base['source'],
            'filter': filter,
            'start': times[prefix ~ '_start'],
            'end': times[prefix ~ '_end'],
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


{# Return the moments between which the windows lie: ref_start, ref_end, cur_start and cur_end; none: no limit. Beside them,
   `warnings`. #}
{% macro _choose_times(settings, layout, ref, cur, same, statements) %}
    {%- set reference, current = settings['reference'], settings['current'] -%}
    {%- set times = {'ref_start': none, 'ref_end': none, 'cur_start': none, 'cur_end': none, 'warnings': []} -%}
    {%- set last = current['last'] -%}
    {%- set cur_bounded = last is not none or current['start'] is not none or current['end'] is not none -%}
    {%- set ref_bounded = reference['last'] is not none or reference['start'] is not none or reference['end'] is not none -%}
    {%- if same and not cur_bounded and reference['filter'] is none and current['filter'] is none -%}
        {%- set last, cur_bounded = '7d', true -%}
    {%- endif -%}
    {%- if not cur_bounded and not ref_bounded -%}
        {{ return(times) }}
    {%- endif -%}

    {%- set time = layout['bucket_start'] -%}
    {%- if time is none -%}
        {{ driftql._raise_error(
            cur['source'] ~ " has no time column that driftql knows (bucket_start_ts), so its windows cannot be told apart by "
            ~ "time: name one with time_column, or give each window a filter or the reference a relation of its own"
        ) }}
    {%- endif -%}
    {%- for prefix, role in [['cur', 'current'], ['ref', 'reference']] -%}
        {%- for end in ('start', 'end') if settings[role][end] is not none -%}
            {%- do times.update({prefix ~ '_' ~ end: driftql._parse_moment(settings[role][end], role ~ '.' ~ end)}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- An end is exclusive: a microsecond after the newest row keeps that row. -#}
    {%- set instant = modules.datetime.timedelta(microseconds=1) -%}
    {%- if last is not none -%}
        {%- set newest = driftql._newest_moment(cur, time, current['filter'], statements, times['warnings']) -%}
        {%- set span = driftql._parse_span(last, 'current.last') -%}
        {%- do driftql._warn_of_age(newest, span, cur, times['warnings']) -%}
        {%- do times.update({'cur_end': newest + instant, 'cur_start': newest + instant - span}) -%}
    {%- endif -%}
    {%- set has_filters = reference['filter'] is not none and current['filter'] is not none -%}
    {%- if reference['last'] is not none or (same and not ref_bounded and not has_filters) -%}
        {%- if same -%}
            {%- set end = times['cur_start'] -%}
        {%- else -%}
            {%- set newest = driftql._newest_moment(ref, time, reference['filter'], statements, times['warnings']) -%}
            {%- set end = newest + instant -%}
        {%- endif -%}
        {%- if end is none -%}
            {{ driftql._raise_error(
                "the reference window is to end where the current one starts, but the current window has no start"
            ) }}
        {%- endif -%}
        {%- if reference['last'] is not none -%}
            {%- set span = driftql._parse_span(reference['last'], 'reference.last') -%}
        {%- elif times['cur_end'] is not none -%}
            {%- set span = times['cur_end'] - times['cur_start'] -%}
        {%- else -%}
            {%- set span = modules.datetime.timedelta(days=7) -%}
        {%- endif -%}
        {%- do times.update({'ref_start': end - span, 'ref_end': end}) -%}
    {%- endif -%}
    {%- for prefix in ('ref', 'cur') if times[prefix ~ '_start'] is not none and times[prefix ~ '_end'] is not none -%}
        {%- set start, end = times[prefix ~ '_start'], times[prefix ~ '_end'] -%}
        {%- if start >= end -%}
            {{ driftql._raise_error(
                "the window is reversed: it starts at " ~ start ~ ", at or after its end, " ~ end ~ "; swap the two"
            ) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(times) }}
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


{# Warn where the newest row is older than the current window is long, and than a day. #}
{% macro _warn_of_age(newest, span, base, warnings) %}
    {%- set day = modules.datetime.timedelta(days=1) -%}
    {%- set age = modules.datetime.datetime.utcnow() - newest -%}
    {%- if newest.year > 1970 and age > span and age > day -%}
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
